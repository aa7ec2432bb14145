using System.CommandLine;
using System.Text.Json;
using Annotator.Cli.Output;
using Annotator.Client.Projects;

namespace Annotator.Cli.Server;

/// <summary>Labels on a command line: by name, or in a file in the API's form.</summary>
internal sealed class LabelOptions
{
    private readonly Option<string[]> _labels = new("--label", "-l") { Description = "A label, such as car, or car:rectangle for one kind of shape; may be repeated", HelpName = "NAME[:TYPE]", DefaultValueFactory = _ => [] };
    private readonly Option<string?> _file = new("--labels") { Description = "A JSON file with a list of labels, as the API has them", HelpName = "FILE" };

    private static readonly string[] _types = ["any", "rectangle", "polygon", "polyline", "points", "ellipse", "cuboid", "mask", "skeleton", "tag"];

    public LabelOptions(Command command)
    {
        command.Add(_labels);
        command.Add(_file);
    }

    /// <exception cref="CommandException">No such file, or it holds no labels.</exception>
    public IReadOnlyList<Label> Read(CommandContext context)
    {
        var labels = context.Get(_labels)!.Select(Parse).ToList();
        if (context.Get(_file) is not { } file)
        {
            return labels;
        }

        if (!File.Exists(file))
        {
            throw CommandException.NotFound($"There is no file {file}.");
        }

        try
        {
            var read = JsonSerializer.Deserialize<List<Label>>(File.ReadAllText(file), CommandContext.JsonForm);
            labels.AddRange(read ?? throw new JsonException("there is no list"));
            return labels;
        }
        catch (JsonException error)
        {
            throw CommandException.BadUsage($"{file} is no list of labels: {error.Message}");
        }
    }

    /// <summary>What stands behind the last colon is the kind of shape; a name with colons of its own is followed by one more.</summary>
    /// <exception cref="CommandException">There is no such kind.</exception>
    public static Label Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        return colon <= 0 ? new Label { Name = text }
            : _types.Contains(text[(colon + 1)..]) ? new Label { Name = text[..colon], Type = text[(colon + 1)..] }
            : throw CommandException.BadUsage($"\"{text[(colon + 1)..]}\" is no kind of shape; there are {string.Join(", ", _types)}. A name with a colon in it is followed by one of them, such as {text}:any.");
    }
}
