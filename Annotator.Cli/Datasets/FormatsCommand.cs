using System.CommandLine;
using Annotator.Cli.Output;
using Annotator.Formats;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset formats</c></summary>
internal static class FormatsCommand
{
    public static Command Create() => new Command("formats", "List the formats that can be read and written").Doing((context, _) =>
    {
        var names = FormatNames.Readable.Union(FormatNames.Writable).Order(StringComparer.OrdinalIgnoreCase)
            .Select(name => new { Name = name, Read = DatasetFormats.FindImporter(name) is not null, Write = DatasetFormats.FindExporter(name) is not null }).ToList();
        if (context.Json)
        {
            context.WriteJson(names);
            return Task.FromResult(ExitCodes.Done);
        }

        var table = new TextTable("format", "read", "write");
        names.ForEach(format => table.Add(format.Name, format.Read ? "yes" : "", format.Write ? "yes" : ""));
        context.Write(table);
        return Task.FromResult(ExitCodes.Done);
    });
}
