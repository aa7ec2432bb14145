using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Annotator.Formats;
using Annotator.Formats.Archives;

namespace Annotator.Tests.Formats;

public sealed class HostileInputTests
{
    [Theory]
    [InlineData("../../evil.xml")]
    [InlineData("a/../../evil.xml")]
    [InlineData("/etc/passwd")]
    [InlineData("..\\evil.xml")]
    [InlineData("C:\\evil.xml")]
    [InlineData("a\u0000.xml")]
    [InlineData("a//b.xml")]
    public async Task An_archive_with_an_unsafe_name_is_refused(string name) =>
        await RefusedAsync(DatasetFiles.Zip((name, [1])), "archive-unsafe-name");

    [Fact]
    public async Task An_archive_with_a_link_is_refused()
    {
        using var output = new MemoryStream();
        using (var zip = new ZipArchive(output, ZipArchiveMode.Create, leaveOpen: true))
        {
            var link = zip.CreateEntry("annotations.xml");
            link.ExternalAttributes = unchecked((int)0xA1FF0000);
            await using var target = await link.OpenAsync(TestContext.Current.CancellationToken);
            target.Write("/etc/passwd"u8);
        }

        await RefusedAsync(output.ToArray(), "archive-unsafe-entry");
    }

    [Fact]
    public async Task A_bomb_is_refused_before_it_is_unpacked() =>
        await RefusedAsync(DatasetFiles.Zip(("annotations.xml", new byte[64 << 20])), "archive-ratio");

    [Fact]
    public async Task Many_small_bombs_are_refused_as_one() =>
        await RefusedAsync(DatasetFiles.Zip([.. Enumerable.Range(0, 40).Select(i => ($"{i}.xml", new byte[1 << 20]))]), "archive-ratio");

    [Fact]
    public async Task Too_many_entries_are_refused_by_the_directory_alone()
    {
        var zip = DatasetFiles.Zip([.. Enumerable.Range(0, 50).Select(i => ($"{i}", Array.Empty<byte>()))]);
        var limits = new DatasetLimits { MaxEntries = 49 };
        await RefusedAsync(zip, "archive-too-many-entries", limits);

        // A directory that says it has one entry is refused by its length.
        BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(zip.Length - 12), 1);
        await RefusedAsync(zip, "archive-too-many-entries", limits with { MaxDirectoryBytes = 1000 });
    }

    [Fact]
    public async Task Names_that_come_twice_or_are_too_long_are_refused()
    {
        await RefusedAsync(DatasetFiles.Zip(("a/b.xml", [1]), ("a\\b.xml", [2])), "archive-duplicate-name");
        await RefusedAsync(DatasetFiles.Zip((new string('a', 2000), [1])), "archive-name-too-long");
    }

    [Fact]
    public async Task An_archive_over_the_size_limit_is_refused() =>
        await RefusedAsync(DatasetFiles.Zip(("a.xml", new byte[1000])), "archive-too-large", new DatasetLimits { MaxTotalBytes = 999 });

    [Fact]
    public async Task Nothing_and_something_cut_off_are_refused()
    {
        await RefusedAsync([], "archive-empty");
        await RefusedAsync("PK\u0003\u0004"u8.ToArray(), "archive-damaged");
    }

    [Theory]
    [InlineData("<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotations>&x;</annotations>", "xml-document-type")]
    [InlineData("<!DOCTYPE a [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><annotations>&b;</annotations>", "xml-document-type")]
    [InlineData("<annotations><image", "xml-damaged")]
    [InlineData("<annotations><image id=\"0\" name=\"&undeclared;\"/></annotations>", "xml-damaged")]
    [InlineData("<annotation/>", "cvat-no-annotations")]
    [InlineData("{}", "xml-damaged")]
    [InlineData("\u0000\u0001", "xml-damaged")]
    public async Task Xml_that_is_hostile_or_broken_is_named(string xml, string code) =>
        await FailsAsync("CVAT 1.1", Encoding.UTF8.GetBytes(xml), "a.xml", code);

    [Fact]
    public async Task Xml_that_is_too_deep_or_has_a_giant_tag_is_refused()
    {
        var deep = "<annotations>" + string.Concat(Enumerable.Repeat("<a>", 100_000));
        await FailsAsync("CVAT 1.1", Encoding.UTF8.GetBytes(deep), "a.xml", "xml-too-deep");
        var wide = "<annotations><image name=\"" + new string('a', 200_000) + "\"/></annotations>";
        await FailsAsync("CVAT 1.1", Encoding.UTF8.GetBytes(wide), "a.xml", "xml-token-too-long", new DatasetLimits { MaxTokenBytes = 100_000 });
    }

    [Fact]
    public async Task A_last_track_with_a_giant_frame_number_is_refused_before_its_frames_are_counted_out() =>
        await FailsAsync(
            "CVAT 1.1",
            """<annotations><meta><task><labels><label><name>car</name></label></labels></task></meta><track id="0" label="car"><box frame="0" xtl="1" ytl="1" xbr="9" ybr="9" outside="0" keyframe="1"/><box frame="2147483647" xtl="1" ytl="1" xbr="9" ybr="9" outside="1" keyframe="1"/></track></annotations>"""u8.ToArray(),
            "a.xml",
            "too-many-frames");

    [Theory]
    [InlineData("{\"images\":[", "json-damaged")]
    [InlineData("{\"images\":[],\"annotations\":[]", "json-damaged")]
    [InlineData("{\"images\":[],\"annotations\":[{\"image_id\":", "json-damaged")]
    [InlineData("{\"a\":1}", "coco-no-annotations")]
    [InlineData("{\"images\":{},\"annotations\":{}}", "coco-no-annotations")]
    [InlineData("[1,2,3]", "coco-no-annotations")]
    [InlineData("7", "coco-no-annotations")]
    [InlineData("<annotations/>", "json-damaged")]
    public async Task Json_that_is_broken_or_no_coco_is_named(string json, string code) =>
        await FailsAsync("COCO 1.0", Encoding.UTF8.GetBytes(json), "a.json", code);

    [Fact]
    public async Task Json_that_is_too_deep_or_has_a_giant_value_is_refused()
    {
        var deep = "{\"images\":[],\"annotations\":[" + new string('[', 100_000);
        await FailsAsync("COCO 1.0", Encoding.UTF8.GetBytes(deep), "a.json", "json-damaged");
        var wide = "{\"images\":[],\"annotations\":[{\"image_id\":\"" + new string('a', 2_000_000) + "\"}]}";
        await FailsAsync("COCO 1.0", Encoding.UTF8.GetBytes(wide), "a.json", "json-value-too-long", new DatasetLimits { MaxTokenBytes = 500_000 });
    }

    [Fact]
    public async Task A_mask_that_claims_a_giant_image_is_left_out()
    {
        var json = """{"images":[{"id":1,"file_name":"a.jpg"}],"categories":[{"id":1,"name":"a"}],"annotations":[{"id":1,"image_id":1,"category_id":1,"segmentation":{"counts":[0,2147483647],"size":[1,2147483647]}},{"id":2,"image_id":1,"category_id":1,"segmentation":{"counts":[1],"size":[2147483647,2147483647]}}]}""";

        var (_, items, report) = await DatasetFiles.ReadAsync("COCO 1.0", Encoding.UTF8.GetBytes(json), "a.json");

        Assert.Empty(Assert.Single(items).Shapes);
        Assert.Equal(2, report.NumberOf("mask-invalid"));
    }

    [Theory]
    [InlineData("COCO 1.0", "COCO 1.0")]
    [InlineData("CVAT for images 1.1", "CVAT 1.1")]
    [InlineData("Datumaro 1.0", "Datumaro 1.0")]
    [InlineData("COCO Keypoints 1.0", "COCO Keypoints 1.0")]
    [InlineData("LabelMe 3.0", "LabelMe 3.0")]
    [InlineData("labelme JSON 1.0", "labelme JSON 1.0")]
    public async Task Cut_and_changed_files_give_a_dataset_or_a_named_error_and_nothing_else(string export, string import)
    {
        var random = new Random(4711);
        var (zip, _) = await DatasetFiles.WriteAsync(export, RandomDataset.Info, new RandomDataset(3).Items());
        var file = export switch
        {
            "COCO 1.0" => "annotations/instances_default.json",
            "COCO Keypoints 1.0" => "annotations/person_keypoints_default.json",
            "LabelMe 3.0" => "default/folder 0/im&ge 0.xml",
            "labelme JSON 1.0" => "folder 0/im&ge 0.json",
            "Datumaro 1.0" => "annotations/default.json",
            _ => "annotations.xml",
        };
        var document = Encoding.UTF8.GetBytes(DatasetFiles.Entry(zip, file));
        for (var i = 0; i < 600; i++)
        {
            var (original, name) = i % 3 == 0 ? (zip, "a.zip") : (document, file);
            var mutated = Mutate(original, random);
            try
            {
                await DatasetFiles.ReadAsync(import, mutated, name);
            }
            catch (DatasetException error)
            {
                Assert.NotEmpty(error.Code);
            }
        }
    }

    [Theory]
    [InlineData("ICDAR Localization 1.0", "ICDAR Localization 1.0")]
    [InlineData("ICDAR Recognition 1.0", "ICDAR Recognition 1.0")]
    [InlineData("ICDAR Segmentation 1.0", "ICDAR Segmentation 1.0")]
    [InlineData("LFW 1.0", "LFW 1.0")]
    [InlineData("Market-1501 1.0", "Market-1501 1.0")]
    [InlineData("MOT 1.1", "MOT 1.1")]
    [InlineData("Ultralytics YOLO Classification 1.0", "Ultralytics YOLO Classification 1.0")]
    [InlineData("Ultralytics YOLO Detection 1.0", "Ultralytics YOLO Detection 1.0")]
    [InlineData("Ultralytics YOLO Pose 1.0", "Ultralytics YOLO Pose 1.0")]
    [InlineData("Ultralytics YOLO Segmentation 1.0", "Ultralytics YOLO Segmentation 1.0")]
    [InlineData("PASCAL VOC 1.1", "PASCAL VOC 1.1")]
    [InlineData("CamVid 1.0", "CamVid 1.0")]
    [InlineData("Cityscapes 1.0", "Cityscapes 1.0")]
    [InlineData("KITTI 1.0", "KITTI 1.0")]
    [InlineData("MOTS PNG 1.0", "MOTS PNG 1.0")]
    [InlineData("Segmentation mask 1.1", "Segmentation mask 1.1")]
    [InlineData("Open Images V6 1.0", "Open Images V6 1.0")]
    [InlineData("TFRecord 1.0", "TFRecord 1.0")]
    [InlineData("VGGFace2 1.0", "VGGFace2 1.0")]
    [InlineData("WiderFace 1.0", "WiderFace 1.0")]
    public async Task Archives_with_changed_files_give_a_dataset_or_a_named_error_and_nothing_else(string export, string import)
    {
        var random = new Random(4711);
        var images = new DatasetWriteOptions { SaveImages = true };
        var items = Enumerable.Range(1, 4).SelectMany(seed => new RandomDataset(seed).Items().Select((item, i) => item with { Frame = null, Name = $"{seed}_{i}.bmp", OpenImage = Bitmap })).ToList();
        foreach (var options in new[] { new DatasetWriteOptions(), images })
        {
            var (zip, _) = await DatasetFiles.WriteAsync(export, RandomDataset.Info, items, options);
            var files = DatasetFiles.Unzip(zip);
            for (var i = 0; i < 150; i++)
            {
                var changed = random.Next(files.Count);
                var mutated = files.Select((file, at) => (file.Name, at == changed && file.Content.Length > 0 ? Mutate(file.Content, random) : file.Content)).ToArray();
                try
                {
                    await DatasetFiles.ReadAsync(import, DatasetFiles.Zip(mutated), visit: item => Task.FromResult(item.AtSize?.Invoke(200, 120)));
                }
                catch (DatasetException error)
                {
                    Assert.NotEmpty(error.Code);
                }
            }
        }

        static Task<Stream> Bitmap(CancellationToken cancel) => Task.FromResult<Stream>(new MemoryStream(DatasetFiles.Bitmap(200, 120)));
    }

    private static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToArray();
        switch (random.Next(4))
        {
            case 0:
                return bytes[..random.Next(bytes.Length)];
            case 1:
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                return bytes;
            case 2:
                var (one, other) = (random.Next(bytes.Length), random.Next(bytes.Length));
                (bytes[one], bytes[other]) = (bytes[other], bytes[one]);
                return bytes;
            default:
                var from = random.Next(bytes.Length);
                var length = random.Next(Math.Min(64, bytes.Length - from));
                return [.. bytes[..from], .. bytes[from..(from + length)], .. bytes[from..]];
        }
    }

    private static async Task RefusedAsync(byte[] content, string code, DatasetLimits? limits = null)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(async () =>
            await (await DatasetArchive.OpenAsync(new MemoryStream(content), "a.zip", limits ?? DatasetLimits.Default, TestContext.Current.CancellationToken)).DisposeAsync());
        Assert.Equal(code, error.Code);
    }

    private static async Task FailsAsync(string format, byte[] content, string name, string code, DatasetLimits? limits = null)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(format, content, name, limits));
        Assert.Equal(code, error.Code);
    }
}
