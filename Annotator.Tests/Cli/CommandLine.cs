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

    public static Task<(int Code, string Output, string Error)> RunAsync(params string[] args) => RunAsync(host => host, args);

    /// <summary>The same with something else around it: an environment, words on standard input, a server.</summary>
    public static async Task<(int Code, string Output, string Error)> RunAsync(Func<CommandHost, CommandHost> around, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var host = around(new CommandHost
        {
            Output = output,
            Error = error,
            Input = TextReader.Null,
            Environment = _ => null,
            Connect = server => throw new InvalidOperationException($"No test expects a connection to {server}."),
        });
        var code = await AnnotatorCommand.RunAsync(args, host, TestContext.Current.CancellationToken);
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
