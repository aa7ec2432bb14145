using System.CommandLine;
using System.Globalization;
using Annotator.Client.Annotations;

namespace Annotator.Cli.Server;

/// <summary><c>annotator job track</c>: objects of a job are followed through its frames.</summary>
internal static class TrackCommand
{
    public static Command Create()
    {
        var id = new Argument<int>("JOB");
        var objects = new Option<string[]>("--object") { Description = "What is followed, such as track:17 or shape:4711; a shape becomes a track; may be repeated", HelpName = "TYPE:ID", Required = true };
        var frame = new Option<int>("--frame") { Description = "Where it is as it shall be followed", Required = true };
        var frames = new Option<int?>("--frames") { Description = "How many frames; left out, all in that direction" };
        var backward = new Option<bool>("--backward") { Description = "To earlier frames" };
        var tracker = new Option<string>("--tracker") { Description = "Optical flow, or a correlation filter", DefaultValueFactory = _ => "flow" };
        tracker.AcceptOnlyFromAmong("flow", "correlation");
        var model = new Option<int?>("--model") { Description = "A tracker of the server's models in their place", HelpName = "ID" };
        var noWait = new Option<bool>("--no-wait") { Description = "Do not wait until it is done; annotator watch does" };
        return new Command("track", "Follow objects of a job through its frames") { id, objects, frame, frames, backward, tracker, model, noWait }.Speaking(async (context, client, cancel) =>
        {
            var tracking = new Tracking(
                [.. context.Get(objects)!.Select(Parse)], context.Get(frame), context.Get(frames), context.Get(model) is null ? context.Get(tracker)! : "model", context.Get(model), context.Get(backward));
            var started = await client.Annotations.TrackAsync(context.Get(id), tracking, cancel);
            return await AutoAnnotateCommand.FinishedAsync(context, client, started.RqId, context.Get(noWait), cancel);
        });
    }

    private static ObjectToTrack Parse(string text) =>
        text.Split(':') is ["track" or "shape", var id] parts && long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ObjectToTrack(parts[0], number)
            : throw CommandException.BadUsage($"\"{text}\" is no object, such as track:17.");
}
