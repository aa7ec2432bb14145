using System.Text;
using Annotator.Formats;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class ImageNetTests
{
    private const string Format = "ImageNet 1.0";

    [Theory]
    [InlineData("folders", " label_0_1.jpg label_0; label_0_2.jpg label_0; label_1_1.jpg label_1", 3)]
    [InlineData("txt/basic", "train 1.jpg label_0;train 2.jpg label_5;train 3.jpg label_3;train 4.jpg label_5", 2)]
    [InlineData("txt/custom_labels", "train 1.jpg alt_label_0", 0)]
    [InlineData("txt/no_labels", "train 1.jpg 4", 0)]
    public async Task Folders_and_lists_are_read(string folder, string expected, int images)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture(["imagenet", .. folder.Split('/')])));

        Assert.Equal(expected, string.Join(';', items.Select(Describe)));
        Assert.Equal(images, items.Count(item => item.OpenImage is not null));
        Assert.DoesNotContain(report.Lines, line => line.Kind != ReportKind.Note);
    }

    [Theory]
    [InlineData("spec_examples/imagenet.zip", " img1.jpg car; my img2.jpg car,person")]
    [InlineData("cvat_golden/demo/img/ImageNet_1.0.zip", " img1.jpg car; img2.jpg ")]
    [InlineData("cvat_golden/dm_tests/dm_ImageNet_1.0/ImageNet_1.0.zip", " image_0.jpg car; image_1.jpg ; image_2.jpg ")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string path, string expected)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(expected, string.Join(';', items.Select(Describe)));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/img/ImageNet_1.0.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal(
            DatasetFiles.Entry(golden, "default.txt").Split('\n').Select(line => line.TrimEnd()),
            DatasetFiles.Entry(written, "default.txt").Split('\n'));
        Assert.Equal("car\nperson\nface\n", DatasetFiles.Entry(written, "synsets.txt"));
        Assert.Equal(4, report.NumberOf("kind-not-held"));
    }

    [Fact]
    public async Task An_image_in_two_folders_has_two_labels_and_another_of_the_same_name_is_another()
    {
        var zip = DatasetFiles.Zip(
            ("data/train/cat/1.jpg", "one"u8.ToArray()), ("data/train/dog/1.jpg", "one"u8.ToArray()),
            ("data/val/cat/1.jpg", "two"u8.ToArray()), ("data/val/dog/1.jpg", "six"u8.ToArray()), ("data/val/no_label/2.jpg", "ten"u8.ToArray()));

        var (info, items, _) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["cat", "dog"], info.Labels.Select(label => label.Name));
        Assert.Equal(["train 1.jpg cat,dog", "val cat/1.jpg cat", "val dog/1.jpg dog", "val 2.jpg "], items.Select(Describe));
    }

    [Fact]
    public async Task Bad_lines_are_named_and_the_rest_is_read()
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("synsets.txt", "n01440764 tench, Tinca tinca\nblack cat\n"u8.ToArray()),
            ("val.txt", Encoding.UTF8.GetBytes("a.jpg 0 9 x -1\r\n\n\"b c.jpg\" 1\n\"d e\".jpg 1\n\"open 1\nf.jpg\n"))));

        Assert.Equal(["val a.jpg n01440764", "val b c.jpg black cat", "val d e.jpg black cat", "val \"open black cat", "val f.jpg "], items.Select(Describe));
        Assert.Equal(3, report.NumberOf("class-unknown"));
        Assert.Contains(report.Lines, line => line.Places.Contains("val.txt line 1: 9 of 2"));
    }

    [Fact]
    public async Task An_archive_of_something_else_is_refused()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("a.bin", [1, 2, 3]))));

        Assert.Equal("imagenet-no-annotations", error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task Tags_come_back_with_and_without_images(int seed)
    {
        var items = new RandomDataset(seed).Items().Select((item, i) => item with
        {
            Subset = i % 2 == 0 ? "" : "val",
            OpenImage = _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(item.Name))),
        }).ToList();
        var expected = items.Select(item => Describe(item with { Tags = [.. item.Tags.DistinctBy(tag => tag.Label)] })).Order(StringComparer.Ordinal).ToList();

        var (listed, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, fromLists, _) = await DatasetFiles.ReadAsync(Format, listed);
        var (foldered, _) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items, new DatasetWriteOptions { SaveImages = true });
        var (_, fromFolders, _) = await DatasetFiles.ReadAsync(Format, foldered);

        Assert.Equal(expected, fromLists.Select(Describe).Order(StringComparer.Ordinal));
        Assert.Equal(expected, fromFolders.Select(Describe).Order(StringComparer.Ordinal));
        Assert.Equal(items.Sum(item => item.Shapes.Count), report.NumberOf("kind-not-held"));
    }

    private static string Describe(DatasetItem item) =>
        $"{item.Subset} {item.Name} {string.Join(',', item.Tags.Select(tag => tag.Label).Order(StringComparer.Ordinal))}";

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
