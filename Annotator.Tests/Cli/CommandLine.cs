using System.Text.Json;
using Annotator.Cli;

namespace Annotator.Tests.Cli;

/// <summary>Runs the command line within the test, and a folder of its own for what it reads and writes.</summary>
internal sealed class CommandLine : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("annotator-cli-");

    public static string Fixture(string path) => Path.Combine([AppContext.BaseDirectory, "Formats", "Fixtures", .. path.Split('/')]);

    public string File(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    public static async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await AnnotatorCommand.RunAsync(args, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    /// <summary>The JSON document that a command prints, which must end well and say nothing on the side.</summary>
    public static async Task<JsonElement> JsonAsync(params string[] args)
    {
        var (code, output, error) = await RunAsync([.. args, "--json"]);
        Assert.Equal((ExitCodes.Done, ""), (code, error));
        return JsonDocument.Parse(output).RootElement;
    }
}
