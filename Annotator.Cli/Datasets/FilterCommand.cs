using System.CommandLine;
using Annotator.Formats.Tools.Filtering;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset filter IN OUT --where EXPRESSION</c></summary>
internal static class FilterCommand
{
    public static Command Create()
    {
        var where = new Option<string>("--where", "-w")
        {
            Description = $"What to keep, such as: label == \"car\" and area > 100 and attr.parked == true. There are {FilterExpression.Names}; == != < <= > >= in like and or not; a condition on images alone keeps or leaves out whole images",
            HelpName = "EXPRESSION",
            Required = true,
        };
        var removeEmpty = new Option<bool>("--remove-empty") { Description = "Leave out images without any annotation" };
        return ConvertCommand.Changing(
            new Command("filter", "Keep the annotations, or the images, for which an expression holds") { where, removeEmpty },
            formatRequired: false,
            (context, source, _, _) => Task.FromResult(FilteredSource.Of(source, FilterExpression.Parse(context.Get(where)!), context.Get(removeEmpty))));
    }
}
