using System.Diagnostics;

namespace Annotator.Tests.WholeSystem;

/// <summary>
/// The editor in a real browser on a server of its own: drawing, labels by digit, undo, attributes, a killed browser, offline work,
/// conflicts, two windows, accessibility.
/// </summary>
public sealed class EditorInBrowser(ITestOutputHelper output)
{
    [Fact]
    public async Task What_people_do_in_the_editor_works_in_a_browser()
    {
        var chromium = Chromium.PathOrSkip();
        var start = new ProcessStartInfo("node")
        {
            ArgumentList = { Path.Combine("e2e", "run.mjs") },
            WorkingDirectory = Path.Combine(Checkout.Root, "Annotator.Web", "editor"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["CHROMIUM"] = chromium;
        using var run = Process.Start(start)!;
        var text = run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = run.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);

        output.WriteLine(await text);
        Assert.True(run.ExitCode == 0, $"{await text}\n{await errors}");
        Assert.Contains("ok    SAV-02", await text, StringComparison.Ordinal);
    }
}
