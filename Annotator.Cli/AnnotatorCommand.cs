using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Net;
using Annotator.Cli.Completion;
using Annotator.Cli.Datasets;
using Annotator.Cli.Output;
using Annotator.Cli.Server;
using Annotator.Client;
using Annotator.Formats;

namespace Annotator.Cli;

/// <summary>The whole command line, and the way from arguments to an exit code.</summary>
public static class AnnotatorCommand
{
    /// <summary>Codes of errors that mean that something is not there.</summary>
    private static readonly string[] _notFound = ["path-missing"];

    public static Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document and nothing else", Recursive = true };

    public static Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Show no progress", Recursive = true };

    public static RootCommand Create() => new("Annotator's command line: datasets without a server, and everything the server does.")
    {
        Json,
        Quiet,
        DatasetCommand.Create(),
        LoginCommand.Create(),
        LoginCommand.CreateLogout(),
        LoginCommand.CreateWhoAmI(),
        ProjectCommands.Create(),
        TaskCommands.Create(),
        ModelCommands.Create(),
        AutoAnnotateCommand.Create(),
        Transfers.ExportSeveral(),
        StorageCommands.Create(),
        JobCommands.Create(),
        LabelCommands.Create(),
        UserCommands.Create(),
        ServerCommands.Create(),
        RequestCommands.Create(),
        RequestCommands.CreateWatch(),
        CompletionCommand.Create(),
    };

    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> args, CommandHost host, CancellationToken cancel)
    {
        var error = host.Error;
        var root = Create();
        var parsed = root.Parse(args);
        if (parsed.Action is ParseErrorAction || (parsed.Errors.Count > 0 && parsed.Action is not HelpAction))
        {
            return BadUsage(parsed, error);
        }

        try
        {
            return await parsed.InvokeAsync(new HostedInvocation(host), cancel);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("annotator: stopped.");
            return ExitCodes.Cancelled;
        }
        catch (AnnotatorApiException missing) when (missing.Status == HttpStatusCode.NotFound)
        {
            // The server does not tell what is not there from what one may not see.
            await error.WriteLineAsync($"{string.Join(' ', Path(parsed.CommandResult.Command))}: {OneLine(missing.Message)} It was deleted, never was, or is somebody else's.");
            return ExitCodes.NotFound;
        }
        catch (Exception failure) when (CodeOf(failure) is not null)
        {
            await error.WriteLineAsync("annotator: " + OneLine(failure.Message));
            return CodeOf(failure)!.Value;
        }
        catch (Exception failure)
        {
            await error.WriteLineAsync($"annotator: unexpected: {failure.GetType().Name}: {OneLine(failure.Message)}");
            if (host.Environment("ANNOTATOR_DEBUG") is { Length: > 0 })
            {
                await error.WriteLineAsync(failure.ToString());
            }

            return ExitCodes.Failed;
        }
    }

    /// <summary>Adds what the command does; the context is made for each call.</summary>
    internal static Command Doing(this Command command, Func<CommandContext, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancel) =>
        {
            await using var context = new CommandContext(parsed, ((HostedInvocation)parsed.InvocationConfiguration).Host);
            return await action(context, cancel);
        });
        return command;
    }

    /// <summary>Null for errors that are our own mistakes.</summary>
    private static int? CodeOf(Exception failure) => failure switch
    {
        CommandException known => known.ExitCode,
        DatasetException dataset => _notFound.Contains(dataset.Code) ? ExitCodes.NotFound : dataset.Code.EndsWith("-invalid", StringComparison.Ordinal) ? ExitCodes.BadUsage : ExitCodes.Failed,
        AnnotatorApiException api => (int)api.Status switch
        {
            401 or 403 => ExitCodes.NotPermitted,
            >= 500 => ExitCodes.ServerUnavailable,
            _ => ExitCodes.Failed,
        },
        HttpRequestException => ExitCodes.ServerUnavailable,
        IOException => ExitCodes.Failed,
        UnauthorizedAccessException => ExitCodes.NotPermitted,
        _ => null,
    };

    private static int BadUsage(ParseResult parsed, TextWriter error)
    {
        var command = string.Join(' ', Path(parsed.CommandResult.Command));
        foreach (var mistake in parsed.Errors.Select(mistake => OneLine(mistake.Message).Replace("as expected type 'System.Int32'", "as a whole number", StringComparison.Ordinal)).Distinct())
        {
            error.WriteLine($"{command}: {mistake}");
        }

        error.WriteLine($"See {command} --help.");
        return ExitCodes.BadUsage;
    }

    private static Stack<string> Path(Command command)
    {
        var names = new Stack<string>();
        for (Symbol? at = command; at is not null; at = at.Parents.FirstOrDefault())
        {
            names.Push(at is RootCommand ? "annotator" : at.Name);
        }

        return names;
    }

    private static string OneLine(string message) => string.Join(' ', message.Split((char[])['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>Carries the host to where commands are run.</summary>
    private sealed class HostedInvocation : InvocationConfiguration
    {
        public HostedInvocation(CommandHost host)
        {
            Host = host;
            Output = host.Output;
            Error = host.Error;
            EnableDefaultExceptionHandler = false;
        }

        public CommandHost Host { get; }
    }
}
