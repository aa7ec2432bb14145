using System.Globalization;

namespace Annotator.AppHost.Local.Running;

/// <summary>What the command line asks of the local runner.</summary>
/// <param name="DataPath">Where data are kept; null means the folder of this checkout under the user's data directory.</param>
/// <param name="Port">The port of the web interface; null means 5080, or the next free one.</param>
/// <param name="Host">The address that the web interface listens on.</param>
/// <param name="Verbose">Whether the console shows the log of the database and the blob emulator, too.</param>
/// <param name="Azurite">Whether blobs are kept by the Azure emulator rather than in a folder.</param>
internal sealed record RunOptions(string? DataPath, bool Reset, int? Port, string Host, bool Azurite, bool Verbose, bool Help)
{
    public const int DefaultPort = 5080;

    public const string Usage =
        """
        Runs Annotator on this machine: PostgreSQL, Redis protocol, blobs, worker, API and web interface, without containers.

          dotnet run --project Annotator.AppHost -- [options]

          --data DIR       keep all data in DIR (default: a folder of this checkout under your data directory)
          --reset          empty the data folder first: every project, photo and annotation in it is deleted
          --port N         port of the web interface (default: 5080, or the next free one)
          --host ADDRESS   address that the web interface listens on (default: localhost)
          --blobs KIND     folder (default) or azurite, the Azure emulator from npm
          --verbose        show the database's log, too (the status page always has it)
          --help           this text

        ANNOTATOR_ADMIN_USERNAME and ANNOTATOR_ADMIN_PASSWORD, when set, make the administrator without the set-up page.
        """;

    public static RunOptions Parse(string[] args)
    {
        var options = new RunOptions(null, Reset: false, Port: null, Host: "localhost", Azurite: false, Verbose: false, Help: false);
        for (var i = 0; i < args.Length; i++)
        {
            string Value() => i + 1 < args.Length ? args[++i] : throw new RunFailedException($"{args[i]} needs a value. See --help.");
            options = args[i] switch
            {
                "--data" => options with { DataPath = Path.GetFullPath(Value()) },
                "--reset" => options with { Reset = true },
                "--port" => options with { Port = ParsePort(Value()) },
                "--host" => options with { Host = Value() },
                "--blobs" => options with { Azurite = ParseBlobs(Value()) },
                "--verbose" => options with { Verbose = true },
                "--help" or "-h" => options with { Help = true },
                _ => throw new RunFailedException($"Unknown option '{args[i]}'. See --help."),
            };
        }

        return options;
    }

    private static int ParsePort(string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536
            ? port
            : throw new RunFailedException($"--port is 1 to 65535, not '{value}'.");

    private static bool ParseBlobs(string value) => value switch
    {
        "folder" => false,
        "azurite" => true,
        _ => throw new RunFailedException($"--blobs is folder or azurite, not '{value}'."),
    };
}

/// <summary>A start that cannot succeed; the message says why and what to do, and is all that the user sees.</summary>
internal sealed class RunFailedException(string message) : Exception(message);
