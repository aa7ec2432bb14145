using System.CommandLine;
using Annotator.Formats;
using Annotator.Formats.Tools;
using Annotator.Formats.Tools.Shapes;

namespace Annotator.Cli.Datasets;

/// <summary><c>annotator dataset transform IN OUT</c> with one or more changes, which are made in the order of their help.</summary>
internal static class TransformCommand
{
    public static Command Create()
    {
        var remap = new Option<string[]>("--remap") { Description = "Rename a label; nothing behind the sign leaves it out; may be repeated", HelpName = "OLD=NEW", DefaultValueFactory = _ => [] };
        var others = new Option<bool>("--drop-other-labels") { Description = "Leave out labels that --remap does not name" };
        var toMasks = new Option<bool>("--polygons-to-masks") { Description = "Polygons become masks of the pixels that they cover" };
        var toPolygons = new Option<bool>("--masks-to-polygons") { Description = "Masks become polygons along the edges of their pixels" };
        var toBoxes = new Option<bool>("--shapes-to-boxes") { Description = "Every shape becomes the upright box around it" };
        var boxesToPolygons = new Option<bool>("--boxes-to-polygons") { Description = "Boxes become polygons of their corners" };
        var resize = new Option<string?>("--resize") { Description = "A new size for images and annotations: 640x480, 50%, or max1024 for the longer side", HelpName = "SIZE" };
        var rename = new Option<string?>("--rename") { Description = "Name images by a pattern of {name} {stem} {ext} {dir} {subset} {index:6} {frame:6}", HelpName = "PATTERN" };
        var shiftFrames = new Option<int>("--shift-frames") { Description = "Add to the numbers of frames", HelpName = "N" };
        var shiftIds = new Option<int>("--shift-ids") { Description = "Add to the numbers of tracks", HelpName = "N" };
        var all = new Option[] { remap, others, toMasks, toPolygons, toBoxes, boxesToPolygons, resize, rename, shiftFrames, shiftIds };
        var command = new Command("transform", "Change labels, kinds of shape, sizes, names and numbers; several changes are made in this order");
        foreach (var option in all)
        {
            command.Add(option);
        }

        return ConvertCommand.Changing(command, formatRequired: false, (context, source, report, _) =>
        {
            if (!all.Any(context.Has))
            {
                throw CommandException.BadUsage("Nothing to change: name at least one change, see annotator dataset transform --help.");
            }

            var changed = source;
            if (context.Get(remap)!.Length > 0 || context.Get(others))
            {
                changed = new LabelRemap(context.Get(remap)!.Select(LabelRemap.Parse), keepOthers: !context.Get(others)).Of(changed, report);
            }

            changed = context.Get(toMasks) ? ShapeChange.PolygonsToMasks(changed, report) : changed;
            changed = context.Get(toPolygons) ? ShapeChange.MasksToPolygons(changed, report) : changed;
            changed = context.Get(toBoxes) ? ShapeChange.ShapesToBoxes(changed, report) : changed;
            changed = context.Get(boxesToPolygons) ? ShapeChange.BoxesToPolygons(changed) : changed;
            changed = context.Get(resize) is { } size ? ResizedSource.Of(changed, ImageResize.Parse(size), ImageResizing.ResizeAsync, report) : changed;
            changed = context.Get(rename) is { } pattern ? FrameNames.Rename(changed, pattern) : changed;
            changed = context.Get(shiftFrames) != 0 || context.Get(shiftIds) != 0 ? FrameNames.Shift(changed, context.Get(shiftFrames), context.Get(shiftIds)) : changed;
            return Task.FromResult<IDatasetSource>(changed);
        });
    }
}
