using System.Text;
using Annotator.Cli.Output;

namespace Annotator.Cli.Server;

/// <summary>Asks whoever sits there.</summary>
internal static class Person
{
    /// <summary>Goes on only after a yes; where nobody can be asked, only with <c>--yes</c>.</summary>
    /// <exception cref="CommandException">No.</exception>
    public static void Confirm(CommandContext context, bool yes, string question)
    {
        if (yes)
        {
            return;
        }

        if (!context.Host.IsInteractive)
        {
            throw CommandException.BadUsage($"{question} Say --yes to do it.");
        }

        context.Host.Error.Write(question + " [y/N] ");
        if (context.Host.Input.ReadLine()?.Trim() is not ("y" or "Y" or "yes"))
        {
            throw new CommandException(ExitCodes.Failed, "Nothing was changed.");
        }
    }

    /// <exception cref="CommandException">Nobody can be asked, or nothing came.</exception>
    public static string Ask(CommandContext context, string what, string instead)
    {
        if (!context.Host.IsInteractive)
        {
            throw CommandException.BadUsage($"No {what} was given: use {instead}.");
        }

        context.Host.Error.Write(what + ": ");
        return context.Host.Input.ReadLine()?.Trim() is { Length: > 0 } answer ? answer : throw CommandException.BadUsage($"No {what} was given.");
    }

    /// <summary>Reads a line that is not shown.</summary>
    public static string Secret(CommandContext context, string what, string instead)
    {
        if (!context.Host.IsInteractive)
        {
            throw CommandException.BadUsage($"No {what} was given: use {instead}.");
        }

        context.Host.Error.Write(what + ": ");
        var text = new StringBuilder();
        while (Console.ReadKey(intercept: true) is var key && key.Key != ConsoleKey.Enter)
        {
            if (key.Key == ConsoleKey.Backspace)
            {
                text.Length = Math.Max(0, text.Length - 1);
            }
            else if (key.KeyChar != '\0')
            {
                text.Append(key.KeyChar);
            }
        }

        context.Host.Error.WriteLine();
        return text.ToString();
    }

    /// <summary>The first line of standard input: what a secret is piped in by.</summary>
    public static string Piped(CommandContext context, string what) =>
        context.Host.Input.ReadLine()?.Trim() is { Length: > 0 } line ? line : throw CommandException.BadUsage($"No {what} came on standard input.");
}
