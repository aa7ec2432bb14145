using System.CommandLine;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset</c>: works on files and folders, without a server.</summary>
internal static class DatasetCommand
{
    public static Command Create() => new("dataset", "Datasets on this machine: look into them, convert, merge, filter, split, change, check and compare them")
    {
        InspectCommand.Create(),
        ConvertCommand.Create(),
        MergeCommand.Create(),
        FilterCommand.Create(),
        SplitCommand.Create(),
        TransformCommand.Create(),
        StatsCommand.Create(),
        ValidateCommand.Create(),
        DiffCommand.Create(),
        FormatsCommand.Create(),
    };

    public static Argument<string> Path(string name, string description) => new(name) { Description = description };
}
