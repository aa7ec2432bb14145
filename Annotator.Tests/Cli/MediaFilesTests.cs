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

    private static List<string> Names(params string[] arguments) => [.. MediaFiles.Find(arguments).Select(file => file.Name)];
}
