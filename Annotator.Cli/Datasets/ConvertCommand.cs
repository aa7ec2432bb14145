using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Formats;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset convert IN OUT --to FORMAT</c>, and what every command that writes one dataset of one does.</summary>
internal static class ConvertCommand
{
    public static Command Create()
    {
        var command = new Command("convert", "Write a dataset in another format");
        return Changing(command, formatRequired: true, (_, source, _, _) => Task.FromResult(source));
    }

    /// <summary>Adds the arguments IN and OUT, and does what the command is for in between.</summary>
    /// <param name="change">Gives the dataset as it shall be; what it leaves out stands in the report.</param>
    public static Command Changing(Command command, bool formatRequired, Func<CommandContext, IDatasetSource, DatasetReport, CancellationToken, Task<IDatasetSource>> change)
    {
        return ChangingTwice(command, formatRequired, (context, _, source, report, cancel) => change(context, source, report, cancel));
    }

    /// <summary>The same, for what has to read the dataset before it changes it.</summary>
    public static Command ChangingTwice(
        Command command, bool formatRequired, Func<CommandContext, Func<Task<DatasetInput>>, IDatasetSource, DatasetReport, CancellationToken, Task<IDatasetSource>> change)
    {
        var from = DatasetCommand.Path("IN", "The dataset to read: a folder, an archive or a single file");
        var to = DatasetCommand.Path("OUT", "What to write: a name that ends in .zip, or a folder");
        command.Add(from);
        command.Add(to);
        var inputs = new InputOptions(command);
        var outputs = new OutputOptions(command, formatRequired);
        return command.Doing(async (context, cancel) =>
        {
            await using var input = await inputs.OpenAsync(context, context.Get(from), cancel);
            var output = outputs.Prepare(context, context.Get(to), input);
            var report = new DatasetReport();
            var changed = await change(context, () => inputs.OpenAsync(context, context.Get(from), cancel), input.Source, report, cancel);
            await output.WriteAsync(changed, context, cancel);
            ReportOutput.WriteDone(context, [(context.Get(from), input)], report, output);
            return ExitCodes.Done;
        });
    }
}
