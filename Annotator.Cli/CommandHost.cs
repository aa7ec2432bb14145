namespace Annotator.Cli;

/// <summary>What is around a command: where its words go, what it may ask, and how it reaches servers.</summary>
public sealed record CommandHost
{
    /// <summary>Results only.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Progress and errors.</summary>
    public required TextWriter Error { get; init; }
    public required TextReader Input { get; init; }

    /// <summary>Whether somebody sits there and can be asked.</summary>
    public bool IsInteractive { get; init; }

    /// <summary>Whether errors and progress go to a terminal.</summary>
    public bool ShowsProgress { get; init; }

    /// <summary>The value of an environment variable, or null.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>A client whose base address is the server's.</summary>
    public required Func<Uri, HttpClient> Connect { get; init; }
    public TimeProvider Time { get; init; } = TimeProvider.System;

    public static CommandHost OfProcess() => new()
    {
        Output = Console.Out,
        Error = Console.Error,
        Input = Console.In,
        IsInteractive = !Console.IsInputRedirected && !Console.IsErrorRedirected,
        ShowsProgress = !Console.IsErrorRedirected,
        Environment = System.Environment.GetEnvironmentVariable,

        // Redirections would take the token to another server.
        Connect = server => new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            BaseAddress = server,
            Timeout = TimeSpan.FromMinutes(10),
        },
    };
}
