using System.Buffers.Binary;
using System.Text;
using Annotator.Formats;
using Annotator.Formats.Png;

namespace Annotator.Tests.Formats;

public sealed class LabelImageHostileTests
{
    [Theory]
    [InlineData("voc/voc_dataset1", "PASCAL VOC 1.1")]
    [InlineData("voc/voc_dataset2", "PASCAL VOC 1.1")]
    [InlineData("voc/voc_dataset1", "Segmentation mask 1.1")]
    [InlineData("camvid/camvid", "CamVid 1.0")]
    [InlineData("cityscapes/train_ids", "Cityscapes 1.0")]
    [InlineData("kitti/segmentation", "KITTI 1.0")]
    [InlineData("mots/mots_png", "MOTS PNG 1.0")]
    [InlineData("common_semantic_segmentation/dataset", "Common Semantic Segmentation 1.0")]
    public async Task Folders_with_changed_or_missing_files_give_a_dataset_or_a_named_error_and_nothing_else(string folder, string format)
    {
        var random = new Random(815);
        var files = DatasetFiles.Unzip(DatasetFiles.ZipFolder(DatasetFiles.Fixture(folder.Split('/'))));
        for (var i = 0; i < 150; i++)
        {
            var changed = files.Select(file => (file.Name, Content: random.Next(files.Count) < 2 && file.Content.Length > 0 ? Changed(file, random) : file.Content)).ToList();
            if (random.Next(3) == 0)
            {
                changed.RemoveAt(random.Next(changed.Count));
            }

            try
            {
                var (_, items, report) = await DatasetFiles.ReadAsync(format, DatasetFiles.Zip([.. changed]));
                Assert.Equal(items.Count, report.Images);
            }
            catch (DatasetException error)
            {
                Assert.NotEmpty(error.Code);
            }
        }
    }

    [Theory]
    [InlineData("labelmap.txt", "Segmentation mask 1.1")]
    [InlineData("label_colors.txt", "KITTI 1.0")]
    [InlineData("label_colors.txt", "Cityscapes 1.0")]
    [InlineData("default/instances/labels.txt", "MOTS PNG 1.0")]
    public async Task A_list_of_too_many_labels_is_refused(string list, string format)
    {
        var lines = list == "label_colors.txt" ? string.Concat(Enumerable.Range(0, 60).Select(i => $"1 2 3 l{i}\n")) : string.Concat(Enumerable.Range(0, 60).Select(i => $"l{i}\n"));

        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(format, DatasetFiles.Zip((list, Encoding.UTF8.GetBytes(lines))), limits: new DatasetLimits { MaxLabels = 50 }));

        Assert.Equal("too-many-labels", error.Code);
    }

    [Fact]
    public async Task More_clips_than_there_are_numbers_for_tracks_are_refused()
    {
        var zip = DatasetFiles.Zip([.. Enumerable.Range(0, 33_000).Select(i => ($"{i}/instances/labels.txt", Array.Empty<byte>()))]);

        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync("MOTS PNG 1.0", zip));

        Assert.Equal("too-many-clips", error.Code);
    }

    [Fact]
    public async Task A_label_image_packed_with_a_dictionary_that_nobody_has_is_named_and_left_out()
    {
        var png = LabelImageFiles.Make(PngForm.Grey8, [[1, 2]]);
        (png[41], png[42]) = (0x78, 0x20);

        var (_, items, report) = await DatasetFiles.ReadAsync("Segmentation mask 1.1", DatasetFiles.Zip(("SegmentationClass/a.png", Summed(png))));

        Assert.Empty(Assert.Single(items).Shapes);
        Assert.Equal(1, report.NumberOf("png-damaged"));
    }

    [Fact]
    public async Task A_label_image_over_the_limit_of_pixels_is_named_and_left_out()
    {
        var zip = DatasetFiles.Zip(("SegmentationClass/a.png", LabelImageFiles.Make(PngForm.Grey8, [[1, 1], [1, 1]])), ("SegmentationClass/b.png", LabelImageFiles.Make(PngForm.Grey8, [[1, 1]])));

        var (_, items, report) = await DatasetFiles.ReadAsync("Segmentation mask 1.1", zip, limits: new DatasetLimits { MaxPixels = 3 });

        Assert.Equal([0, 1], items.Select(item => item.Shapes.Count));
        Assert.Equal(1, report.NumberOf("image-too-large"));
    }

    /// <summary>Half of the changed PNG images have right checksums, so that what lies behind those is met, too.</summary>
    private static byte[] Changed((string Name, byte[] Content) file, Random random)
    {
        var bytes = file.Content.ToArray();
        switch (random.Next(3))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                break;
            default:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                break;
        }

        return file.Name.EndsWith(".png", StringComparison.Ordinal) && random.Next(2) == 0 ? Summed(bytes) : bytes;
    }

    private static byte[] Summed(byte[] png)
    {
        for (var at = 8; at + 12 <= png.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(png.AsSpan(at));
            if (length > png.Length - at - 12)
            {
                break;
            }

            var end = at + 8 + (int)length;
            BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(end), Crc(png.AsSpan(at + 4, (int)length + 4)));
            at = end + 4;
        }

        return png;
    }

    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
