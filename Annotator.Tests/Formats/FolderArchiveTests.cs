using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;

namespace Annotator.Tests.Formats;

public sealed class FolderArchiveTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("annotator-test-");
    private readonly DirectoryInfo _outside = Directory.CreateTempSubdirectory("annotator-test-");

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _outside.Delete(recursive: true);
    }

    [Fact]
    public async Task A_folder_has_its_files_in_the_order_of_their_names_and_reads_them()
    {
        Write("b/c.txt", "hello");
        Write("a.txt", "");
        Write("b/.DS_Store", "x");

        await using var archive = await OpenAsync();

        Assert.Equal(["a.txt 0", "b/c.txt 5"], archive.Entries.Select(entry => $"{entry.Path} {entry.Length}"));
        Assert.Equal("hello", Text(archive, "b/c.txt"));
        Assert.Equal("", Text(archive, "a.txt"));
        Assert.Empty(archive.Skipped);
    }

    [Fact]
    public async Task Links_out_of_the_folder_are_left_out_and_named()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Making links needs a right that users lack there.");
        }

        Write("real.txt", "inside");
        await File.WriteAllTextAsync(Path.Combine(_outside.FullName, "secret.txt"), "secret", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "in.txt"), "real.txt");
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "out.txt"), Path.Combine(_outside.FullName, "secret.txt"));
        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "gone.txt"), "nothing");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "loop"), ".");
        Directory.CreateSymbolicLink(Path.Combine(_folder.FullName, "outside"), _outside.FullName);

        await using var archive = await OpenAsync();

        Assert.Equal(["in.txt", "real.txt"], archive.Entries.Select(entry => entry.Path));
        Assert.Equal("inside", Text(archive, "in.txt"));
        Assert.Equal(["gone.txt", "loop", "out.txt", "outside"], archive.Skipped.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_limits_of_archives_hold_for_folders()
    {
        Write("a.txt", "12345");
        Write("b.txt", "12345");

        await RefusedAsync("archive-too-many-entries", new DatasetLimits { MaxEntries = 1 });
        await RefusedAsync("archive-too-large", new DatasetLimits { MaxTotalBytes = 9 });
        await RefusedAsync("archive-name-too-long", new DatasetLimits { MaxNameLength = 4 });
    }

    [Fact]
    public async Task A_file_that_grows_while_it_is_read_gives_no_more_than_it_had()
    {
        Write("a.txt", "12345");
        await using var archive = await OpenAsync();
        Write("a.txt", "1234567890");

        var error = Assert.Throws<DatasetException>(() => Text(archive, "a.txt"));

        Assert.Equal("archive-entry-longer", error.Code);
    }

    [Fact]
    public async Task Nothing_at_a_path_and_an_empty_folder_are_named_errors()
    {
        await RefusedAsync("archive-empty", DatasetLimits.Default);
        var error = await Assert.ThrowsAsync<DatasetException>(
            () => DatasetArchive.OpenPathAsync(Path.Combine(_folder.FullName, "nothing"), DatasetLimits.Default, TestContext.Current.CancellationToken));
        Assert.Equal("path-missing", error.Code);
    }

    [Fact]
    public async Task Different_images_of_one_name_and_length_are_told_apart_in_a_folder_too()
    {
        Write("cat/a.jpg", "one");
        Write("dog/a.jpg", "two");
        Write("bird/b.jpg", "same");
        Write("fish/b.jpg", "same");

        await using var archive = await OpenAsync();
        await using var source = await DatasetFormats.FindImporter("ImageNet 1.0")!.Reader.OpenAsync(
            archive, DatasetReadOptions.Default, new DatasetReport(), TestContext.Current.CancellationToken);
        var items = await source.ReadItemsAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["b.jpg: bird fish", "cat/a.jpg: cat", "dog/a.jpg: dog"], items.Select(item => $"{item.Name}: {string.Join(' ', item.Tags.Select(tag => tag.Label).Order(StringComparer.Ordinal))}").Order(StringComparer.Ordinal));
    }

    private void Write(string path, string text)
    {
        var file = new FileInfo(Path.Combine(_folder.FullName, path));
        file.Directory!.Create();
        File.WriteAllText(file.FullName, text);
    }

    private Task<DatasetArchive> OpenAsync() => DatasetArchive.OpenPathAsync(_folder.FullName, DatasetLimits.Default, TestContext.Current.CancellationToken);

    private async Task RefusedAsync(string code, DatasetLimits limits)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetArchive.OpenFolderAsync(_folder.FullName, limits, TestContext.Current.CancellationToken));
        Assert.Equal(code, error.Code);
    }

    private static string Text(DatasetArchive archive, string path)
    {
        using var reader = new StreamReader(archive.Open(archive.Find(path)!), Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
