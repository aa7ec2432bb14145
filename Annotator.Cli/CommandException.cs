namespace Annotator.Cli;

/// <summary>Ends a command with a line for the person who asked, and an exit code.</summary>
public sealed class CommandException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public static CommandException BadUsage(string message) => new(ExitCodes.BadUsage, message);

    public static CommandException NotFound(string message) => new(ExitCodes.NotFound, message);
}
