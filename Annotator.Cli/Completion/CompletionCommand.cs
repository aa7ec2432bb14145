using System.CommandLine;

namespace Annotator.Cli.Completion;

/// <summary><c>annotator completion SHELL</c>: prints a script that completes commands, options and formats in a shell.</summary>
internal static class CompletionCommand
{
    private static readonly string[] _shells = ["bash", "zsh", "fish", "pwsh"];

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh" };
        shell.AcceptOnlyFromAmong(_shells);
        return new Command("completion", "Print a script that completes commands in a shell, to be put into its start file") { shell }
            .Doing(async (context, cancel) =>
            {
                using var reader = new StreamReader(typeof(CompletionCommand).Assembly.GetManifestResourceStream(context.Get(shell))!);
                context.Write((await reader.ReadToEndAsync(cancel)).TrimEnd());
                return ExitCodes.Done;
            });
    }
}
