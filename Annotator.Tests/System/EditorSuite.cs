using System.Diagnostics;
using System.Text.Json;

// Not Annotator.Tests.System: inside our namespaces that would hide .NET's own.
namespace Annotator.Tests.WholeSystem;

/// <summary>The editor's own tests, so that one command runs everything.</summary>
public sealed class EditorSuite(ITestOutputHelper output)
{
    [Fact]
    public async Task Every_test_of_the_editor_passes()
    {
        var editor = Path.Combine(Checkout.Root, "Annotator.Web", "editor");
        var report = Path.Combine(Path.GetTempPath(), $"vitest-{Guid.CreateVersion7():N}.json");
        var start = new ProcessStartInfo(OperatingSystem.IsWindows() ? "npx.cmd" : "npx")
        {
            ArgumentList = { "vitest", "run", "--reporter=json", $"--outputFile={report}" },
            WorkingDirectory = editor,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var vitest = Process.Start(start)!;
        var text = vitest.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = vitest.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await vitest.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(File.Exists(report), $"vitest wrote no report. Run 'npm ci' first.\n{await text}\n{await errors}");
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(report, TestContext.Current.CancellationToken));
        File.Delete(report);
        var failures = result.RootElement.GetProperty("testResults").EnumerateArray()
            .SelectMany(file => file.GetProperty("assertionResults").EnumerateArray()
                .Where(test => test.GetProperty("status").GetString() == "failed")
                .Select(test => $"{Path.GetFileName(file.GetProperty("name").GetString())}: {test.GetProperty("fullName").GetString()}"))
            .ToList();
        output.WriteLine($"{result.RootElement.GetProperty("numPassedTests").GetInt32()} tests of the editor passed.");
        Assert.Empty(failures);
        Assert.True(result.RootElement.GetProperty("success").GetBoolean(), $"vitest failed.\n{await text}\n{await errors}");
        Assert.NotEqual(0, result.RootElement.GetProperty("numPassedTests").GetInt32());
    }
}
