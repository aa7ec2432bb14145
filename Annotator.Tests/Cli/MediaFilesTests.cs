using Annotator.Cli;
using Annotator.Cli.Server;

namespace Annotator.Tests.Cli;

public sealed class MediaFilesTests : IDisposable
{
    private readonly CommandLine _files = new();

    public MediaFilesTests()
    {
        foreach (var name in new[] { "photos/b.jpg", "photos/a.png", "photos/deep/er/c.jpg", "photos/.hidden.jpg", "other/b.jpg" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_files.File(name))!);
            File.WriteAllText(_files.File(name), name);
        }
    }

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("photos/b.jpg", "b.jpg")]
    [InlineData("photos", "a.png b.jpg deep/er/c.jpg")]
    [InlineData("photos/*.jpg", "b.jpg")]
    [InlineData("photos/**/*.jpg", "b.jpg deep/er/c.jpg")]
    [InlineData("*/b.jpg", "other/b.jpg photos/b.jpg")]
    [InlineData("photos/?.png", "a.png")]
    public void Files_folders_and_patterns_are_found_and_named(string argument, string names) =>
        Assert.Equal(names, string.Join(' ', Names(_files.File(argument))));

    [Theory]
    [InlineData("nothing.jpg")]
    [InlineData("photos/*.gif")]
    [InlineData("nowhere/*.jpg")]
    public void What_is_not_there_is_named(string argument)
    {
        var error = Assert.Throws<CommandException>(() => Names(_files.File(argument)));
        Assert.Equal(ExitCodes.NotFound, error.ExitCode);
    }

    [Fact]
    public void Two_files_of_one_name_are_refused() =>
        Assert.Equal(ExitCodes.BadUsage, Assert.Throws<CommandException>(() => Names(_files.File("photos/b.jpg"), _files.File("other/b.jpg"))).ExitCode);

    [Fact]
    public void Many_tasks_are_one_of_each_archive_video_and_folder_and_one_of_loose_photos()
    {
        foreach (var name in new[] { "day/clip.mp4", "night/clip.MP4", "night/more.zip", "night/n.jpg" })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_files.File(name))!);
            File.WriteAllText(_files.File(name), name);
        }

        Assert.Equal(
            ["clip: clip.mp4", "clip: clip.MP4", "more: more.zip", "night: n.jpg", "photos: a.png b.jpg deep/er/c.jpg"],
            Groups(_files.File("day/clip.mp4"), _files.File("night"), _files.File("photos")));
        Assert.Equal(["photos: b.jpg a.png"], Groups(_files.File("photos/b.jpg"), _files.File("photos/a.png")));
        Assert.Equal(["other: other/b.jpg", "photos: photos/b.jpg"], Groups(_files.File("*/b.jpg")));
        Assert.Equal(ExitCodes.BadUsage, Assert.Throws<CommandException>(() => Groups(_files.File("photos/b.jpg"), _files.File("other/b.jpg"))).ExitCode);

        static IEnumerable<string> Groups(params string[] arguments) => BulkTasks.Find(arguments).Select(group => $"{group.Title}: {string.Join(' ', group.Files.Select(file => file.Name))}");
    }

    private static List<string> Names(params string[] arguments) => [.. MediaFiles.Find(arguments).Select(file => file.Name)];
}
