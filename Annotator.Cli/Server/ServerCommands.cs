using System.CommandLine;

namespace Annotator.Cli.Server;

/// <summary><c>annotator server</c>: what administrators ask of the server itself.</summary>
internal static class ServerCommands
{
    public static Command Create() => new("server", "The server itself; for administrators") { Space(), Free() };

    private static Command Space() => new Command("space", "Show what uses room on the server, in bytes").Speaking(async (context, client, cancel) =>
    {
        var space = await client.Server.SpaceAsync(cancel);
        return context.One(
            space,
            ("originals", space.Originals), ("made media", space.Made), ("exports", space.Exports), ("imports", space.Imports), ("models", space.Models), ("other files", space.Other),
            ("unfinished uploads", space.Unfinished), ("database", space.Database), ("tasks with files", space.TaskCount),
            ("largest task", space.Tasks.Count > 0 ? $"{space.Tasks[0].Id} {space.Tasks[0].Name}: {space.Tasks[0].Originals + space.Tasks[0].Made}" : "none"));
    });

    private static Command Free()
    {
        var kind = new Argument<string>("KIND") { Description = "made: media that are made again when somebody asks; exports: files of finished exports" };
        kind.AcceptOnlyFromAmong("made", "exports");
        return new Command("free", "Free room that can be spared") { kind }.Speaking(async (context, client, cancel) =>
        {
            var bytes = await client.Server.EmptySpaceAsync(context.Get(kind)!, cancel);
            return context.Done(new { Bytes = bytes }, $"{bytes} bytes are free again.");
        });
    }
}
