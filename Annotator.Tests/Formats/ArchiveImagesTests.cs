using System.Text;

namespace Annotator.Tests.Formats;

public sealed class ArchiveImagesTests
{
    private const string Format = "ImageNet 1.0";

    [Theory]
    [InlineData("a.jpg", "", "a.jpg,images/a.jpg,x/a.jpg", "a.jpg")]
    [InlineData("a.jpg", "", "x/a.jpg,IMAGES/A.JPG", "IMAGES/A.JPG")]
    [InlineData("a.jpg", "val", "train/a.jpg,x/val/a.jpg", "x/val/a.jpg")]
    [InlineData("a.jpg", "", "train/a.jpg,default/a.jpg", "default/a.jpg")]
    [InlineData("a.jpg", "", "train/a.jpg,test/a.jpg", "train/a.jpg")]
    [InlineData("f/a.jpg", "", "e/a.jpg,x/F/a.jpg,xf/a.jpg", "x/F/a.jpg")]
    [InlineData("f/a.jpg", "val", "train/f/a.jpg,val/f/a.jpg", "val/f/a.jpg")]
    [InlineData("g/f/a.jpg", "", "x/f/a.jpg,y/g/f/a.jpg", "y/g/f/a.jpg")]
    [InlineData("f/a.jpg", "", "e/a.jpg", "e/a.jpg")]
    [InlineData("f/a.jpg", "", "e/a.jpg,d/a.jpg", null)]
    [InlineData("b.jpg", "", "a.jpg", null)]
    public async Task An_image_is_found_wherever_it_lies(string name, string subset, string paths, string? expected)
    {
        var files = paths.Split(',').Select(path => (path, Encoding.UTF8.GetBytes(path)));
        var list = $"{(subset.Length > 0 ? subset : "default")}.txt";

        string? found = null;
        await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip([(list, Encoding.UTF8.GetBytes(name + " 0")), ("synsets.txt", "car"u8.ToArray()), .. files]), visit: async item =>
        {
            if (item.OpenImage is not null)
            {
                using var reader = new StreamReader(await item.OpenImage(TestContext.Current.CancellationToken));
                found = await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
            }
        });

        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("car/a.b", "train/car/a.b.png", "car/a.b.png")]
    [InlineData("car/a", "train/car/a.BMP,train/bus/a.jpg", "car/a.BMP")]
    [InlineData("car/a", "train/bus/a.jpg,train/cab/a.jpg", "car/a")]
    public async Task A_name_without_its_extension_is_found_too(string name, string paths, string expected)
    {
        var files = paths.Split(',').Select(path => (path, new byte[] { 1 }));

        var (_, items, _) = await DatasetFiles.ReadAsync("Open Images V6 1.0", DatasetFiles.Zip([("train-images-with-rotation.csv", Encoding.UTF8.GetBytes($"ImageID\n{name}\n")), .. files]));

        Assert.Equal(expected, Assert.Single(items).Name);
    }

    [Fact]
    public async Task Very_many_images_of_one_name_are_told_apart_by_their_folders()
    {
        const int People = 6000;
        var table = new StringBuilder("NAME_ID,X,Y,W,H\n");
        var files = new List<(string, byte[])>();
        for (var i = 0; i < People; i++)
        {
            table.Append($"n{i:D6}/0001_01,1,1,2,2\n");
            files.Add(($"train/n{i:D6}/0001_01.bmp", DatasetFiles.Bitmap(i + 1, 2)));
        }

        var (_, items, _) = await DatasetFiles.ReadAsync("VGGFace2 1.0", DatasetFiles.Zip([("bb_landmark/loose_bb_train.csv", Encoding.UTF8.GetBytes(table.ToString())), .. files]));

        Assert.Equal(Enumerable.Range(1, People), items.Select(item => item.Width));
        Assert.All(items, item => Assert.StartsWith("n", item.Name, StringComparison.Ordinal));
    }
}
