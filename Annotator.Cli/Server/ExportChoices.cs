using System.CommandLine;
using Annotator.Cli.Datasets;
using Annotator.Cli.Output;
using Annotator.Client.Datasets;

namespace Annotator.Cli.Server;

/// <summary>The options of every export from a server: what leaves, in which form.</summary>
internal sealed class ExportChoices
{
    private const int UsualQuality = 85;
    private readonly Option<string> _format = new("--format", "-f") { Description = "The format's name, such as COCO 1.0; a clear part of it is enough", HelpName = "FORMAT", Required = true };
    private readonly Option<bool> _images = new("--save-images") { Description = "With the images" };
    private readonly Option<int?> _longest = new("--image-size") { Description = "Images made anew, their longer side at most so many pixels", HelpName = "PIXELS" };
    private readonly Option<string?> _form = new("--image-format") { Description = "Images made anew in this form" };
    private readonly Option<int?> _quality = new("--image-quality") { Description = $"The quality of images made anew, 1 to 100; {UsualQuality} where left out", HelpName = "QUALITY" };
    private readonly Option<bool> _onlyAnnotated = new("--only-annotated") { Description = "Only frames that have annotations" };
    private readonly Option<bool> _onlyKeyframes = new("--only-keyframes") { Description = "Tracks on their keyframes only, not on the frames between" };
    private readonly Option<string?> _jobs = new("--jobs") { Description = "Of all jobs, or only of completed or accepted ones" };
    private readonly Option<string[]> _labels = new("--label") { Description = "Only this label; may be repeated", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> _subsets = new("--subset") { Description = "Only tasks of this subset, \"\" for those without one; may be repeated", DefaultValueFactory = _ => [] };
    private readonly WriteOptions _write = new();

    public ExportChoices(Command command)
    {
        _format.CompletionSources.Add([.. FormatNames.Writable]);
        _form.AcceptOnlyFromAmong("jpeg", "webp");
        _jobs.AcceptOnlyFromAmong("all", "completed", "accepted");
        foreach (var option in new Option[] { _format, _images, _longest, _form, _quality, _onlyAnnotated, _onlyKeyframes, _jobs, _labels, _subsets })
        {
            command.Add(option);
        }

        _write.AddTo(command);
    }

    /// <exception cref="CommandException">No such format.</exception>
    public ExportOptions Read(CommandContext context)
    {
        var made = context.Has(_longest) || context.Has(_form) || context.Has(_quality);
        var write = _write.Read(context);
        return new ExportOptions
        {
            Format = FormatNames.Exporter(context.Get(_format)!).Format.Name,
            SaveImages = context.Get(_images) || made,
            Images = made ? new ExportImages(context.Get(_longest), context.Get(_form) ?? "jpeg", context.Get(_quality) ?? UsualQuality) : null,
            OnlyAnnotated = context.Get(_onlyAnnotated),
            OnlyKeyframes = context.Get(_onlyKeyframes),
            Jobs = context.Get(_jobs),
            Labels = context.Get(_labels) is { Length: > 0 } labels ? labels : null,
            Subsets = context.Get(_subsets) is { Length: > 0 } subsets ? subsets : null,
            MasksAsCrowd = write.MasksAsCrowd ? null : false,
            OneBased = write.OneBased,
            OfficialWiderFace = write.OfficialWiderFace,
        };
    }
}
