using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Annotator.Formats;
using Annotator.Formats.Model;
using Annotator.Formats.TfRecord;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class TfRecordTests
{
    private const string Format = "TFRecord 1.0";

    private static readonly DatasetInfo _cars = new() { Labels = [new DatasetLabel { Name = "car" }, new DatasetLabel { Name = "person" }] };

    [Fact]
    public void Checksums_are_those_of_the_vectors()
    {
        var vectors = Vectors("crc32c_vectors.json").GetProperty("vectors").EnumerateArray().ToList();

        Assert.Equal(5, vectors.Count);
        Assert.All(vectors, vector =>
        {
            var bytes = Convert.FromHexString(vector.GetProperty("hex").GetString()!);
            Assert.Equal(vector.GetProperty("crc32c").GetString(), Crc32C.Of(bytes).ToString("x8"));
            Assert.Equal(vector.GetProperty("masked").GetString(), Crc32C.Masked(bytes).ToString("x8"));
        });
    }

    [Fact]
    public void Records_are_framed_and_unframed_as_in_the_vectors()
    {
        var vectors = Vectors("tfrecord_vectors.json").GetProperty("records").EnumerateArray().ToList();

        Assert.Equal(2, vectors.Count);
        Assert.All(vectors, vector =>
        {
            var (example, record) = (Convert.FromHexString(vector.GetProperty("example_hex").GetString()!), Convert.FromHexString(vector.GetProperty("record_hex").GetString()!));
            using var written = new MemoryStream();
            RecordFile.Write(written, example);
            Assert.Equal(record, written.ToArray());

            var file = new RecordFile(new MemoryStream([.. record, .. record]), "a", DatasetLimits.Default);
            Assert.True(file.Read(out var one));
            Assert.Equal(example, one.ToArray());
            Assert.True(file.Read(out _));
            Assert.False(file.Read(out _));
        });
    }

    [Fact]
    public async Task A_written_record_is_the_vector_byte_for_byte()
    {
        var expected = Vectors("tfrecord_vectors.json").GetProperty("records")[1].GetProperty("record_hex").GetString();

        var (zip, _) = await DatasetFiles.WriteAsync(Format, _cars, [Car(new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [10, 5, 30, 25] })]);

        Assert.Equal(expected, Convert.ToHexStringLower(DatasetFiles.Unzip(zip).Single(file => file.Name == "default.tfrecord").Content));
        Assert.Equal("item {\n\tid: 1\n\tname: 'car'\n}\n\nitem {\n\tid: 2\n\tname: 'person'\n}\n\n", DatasetFiles.Entry(zip, "label_map.pbtxt"));
    }

    [Fact]
    public async Task Records_with_their_images_are_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("tfrecord", "tf_detection_api")));

        Assert.Equal(11, info.Labels.Count);
        Assert.Equal(
            ["test 3.jpg 4x5: ", "train 1.jpg 16x16: label_2 0 4 4 12; label_3 0 4 4 8; object 2 4 6 8", "val 2.jpg 8x8: label_3 1 2 5 4"],
            items.Select(Describe));
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        await using var image = await items[0].OpenImage!(TestContext.Current.CancellationToken);
        Assert.Equal(0xff, image.ReadByte());
        Assert.Equal(["label-missing"], report.Lines.Select(line => line.Code));
    }

    [Fact]
    public async Task The_example_of_the_specification_is_read()
    {
        var zip = await File.ReadAllBytesAsync(DatasetFiles.Fixture("spec_examples", "tfrecord.zip"), TestContext.Current.CancellationToken);

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["car", "person"], info.Labels.Select(label => label.Name));
        Assert.Equal(" img1.jpg 100x50: car 10 5 30 25", Describe(Assert.Single(items)));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("item{id:1 name:'a'}item { name: \"b\\\"c\", id: 3 }", "1=a 3=b\"c")]
    [InlineData("# map\nitem {\n  id: 1 # first\n  display_name: 'shown'\n  keypoints { id: 0 label: \"nose\" }\n}\n", "1=shown")]
    [InlineData("item {\n  name: ‘typographic’\n  id: 2\n}\nitem { name: “x y” id: 4 }", "2=typographic 4=x y")]
    [InlineData("item { id: 0 name: 'none' } item { id: 5 } item { id: x name: 'y' } item { id: 1 name: 'it\\'s' display_name: 'z' }", "1=it's")]
    [InlineData("item { id: 7 name: 'open", "")]
    public async Task Label_maps_are_read_in_every_form(string map, string expected)
    {
        var records = Enumerable.Range(1, 7).Select(id => Record(new() { ["image/filename"] = "a.jpg", ["image/width"] = 10L, ["image/height"] = 10L, ["image/class/label"] = (long)id })).SelectMany(bytes => bytes).ToArray();

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("x_label_map.pbtxt", Encoding.UTF8.GetBytes(map)), ("a.record", records)));

        Assert.Equal(expected, string.Join(' ', items.Select((item, i) => (Id: i + 1, item.Tags[0].Label)).Where(pair => pair.Label != pair.Id.ToString()).Select(pair => $"{pair.Id}={pair.Label}")));
    }

    [Fact]
    public async Task Shards_packed_files_and_folders_of_subsets_are_read()
    {
        var one = Record(new() { ["image/filename"] = "1.jpg" });
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(one);
        }

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("a.tfrecord-00000-of-00002", one), ("a.tfrecord-00001-of-00002", one), ("b-00000-of-00001", one), ("train/cars.tfrecord", packed.ToArray()), ("default.record", one), ("c.tfrecord.gz", packed.ToArray())));

        Assert.Equal(["a", "a", "b", "c", "", "train"], items.Select(item => item.Subset));
    }

    [Fact]
    public async Task Numbers_one_by_one_negative_ones_and_empty_features_are_read()
    {
        // Unpacked floats, a varint of ten bytes, and features without any list.
        byte[] Entry(string key, params byte[] feature) => Field(1, [.. Field(1, Encoding.UTF8.GetBytes(key)), .. Field(2, feature)]);
        byte[] Float(float value) => [0x0d, .. BitConverter.GetBytes(value)];
        byte[] features =
        [
            .. Entry("image/object/bbox/xmin", Field(2, [.. Float(0.1f), .. Float(0.5f)])),
            .. Entry("image/object/bbox/xmax", Field(2, [.. Float(0.3f), .. Float(0.6f)])),
            .. Entry("image/object/bbox/ymin", Field(2, [.. Float(0), .. Float(0)])),
            .. Entry("image/object/bbox/ymax", Field(2, [.. Float(1), .. Float(1)])),
            .. Entry("image/object/class/label", Field(3, [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0x08, 0x02])),
            .. Entry("image/object/class/text"),
            .. Entry("image/filename", Field(1, Field(1, "old.jpg"u8))),
            .. Entry("image/filename", Field(1, Field(1, "a.jpg"u8))),
            .. Entry("image/width"),
        ];
        using var records = new MemoryStream();
        RecordFile.Write(records, Field(1, features));

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, records.ToArray(), "a.tfrecord");

        Assert.Equal(["object", "2"], info.Labels.Select(label => label.Name));
        Assert.Equal("a.jpg", items[0].Name);
        Assert.Equal("a a.jpg 100x50: object 10 0 30 50; 2 50 0 60 50", Describe(items[0].AtSize!(100, 50)));
        Assert.Equal(1, report.NumberOf("label-missing"));
    }

    [Fact]
    public async Task A_name_without_its_letters_is_known_by_the_map()
    {
        var record = Record(new() { ["image/filename"] = "a.jpg", ["image/class/text"] = "stop " });

        var (info, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("label_map.pbtxt", "item { id: 1 name: 'stop 車' }"u8.ToArray()), ("a.record", record)));

        Assert.Equal("stop 車", items[0].Tags[0].Label);
        Assert.Single(info.Labels);
    }

    [Fact]
    public async Task Records_that_are_no_example_and_bad_boxes_are_named_and_the_rest_is_read()
    {
        using var file = new MemoryStream();
        RecordFile.Write(file, [0x0a, 0xff]);
        RecordFile.Write(file, [0xff, 0xff, 0xff]);
        file.Write(Record(new()
        {
            ["image/filename"] = "a.jpg", ["image/width"] = 10L, ["image/height"] = 10L,
            ["image/object/bbox/xmin"] = new[] { 0f, float.NaN, 0.5f, 0f }, ["image/object/bbox/xmax"] = new[] { 0.5f, 1, 0.5f },
            ["image/object/bbox/ymin"] = new[] { 0f, 0, 0 }, ["image/object/bbox/ymax"] = new[] { 0.5f, 1, 1 },
            ["image/object/class/text"] = "car", ["image/object/mask"] = "no png",
        }));

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, file.ToArray(), "a.tfrecord");

        Assert.Equal("a a.jpg 10x10: car 0 0 5 5", Describe(Assert.Single(items)));
        Assert.Equal((2, 2, 1, 1), (report.NumberOf("record-invalid"), report.NumberOf("box-invalid"), report.NumberOf("box-incomplete"), report.NumberOf("mask-invalid")));
    }

    [Theory]
    [InlineData(0, "record-damaged")]
    [InlineData(9, "record-damaged")]
    [InlineData(13, "record-damaged")]
    [InlineData(-1, "record-damaged")]
    [InlineData(-2, "record-damaged")]
    public async Task A_damaged_file_is_refused(int change, string code)
    {
        var record = Record(new() { ["image/filename"] = "a.jpg" });
        if (change == -2)
        {
            record = record[..^3];
        }
        else
        {
            record[change < 0 ? ^1 : change] ^= 1;
        }

        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, record, "a.tfrecord"));

        Assert.Equal(code, error.Code);
    }

    [Fact]
    public async Task Giant_records_and_bombs_are_refused()
    {
        var record = Record(new() { ["image/filename"] = new string('a', 5000) });
        Assert.Equal("record-too-long", (await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, record, "a.tfrecord", new DatasetLimits { MaxTokenBytes = 4000 }))).Code);

        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            for (var i = 0; i < 400; i++)
            {
                gzip.Write(record);
            }
        }

        var limits = new DatasetLimits { RatioFreeBytes = 100_000, MaxRatio = 20 };
        Assert.Equal("archive-ratio", (await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, packed.ToArray(), "a.tfrecord", limits))).Code);
        Assert.Equal("archive-damaged", (await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, [0x1f, 0x8b, 1, 2, 3], "a.tfrecord"))).Code);
    }

    [Fact]
    public async Task Changed_records_with_right_checksums_give_a_dataset_or_a_named_error_and_nothing_else()
    {
        var random = new Random(4711);
        var example = Convert.FromHexString(Vectors("tfrecord_vectors.json").GetProperty("records")[1].GetProperty("example_hex").GetString()!);
        for (var i = 0; i < 3000; i++)
        {
            var changed = example.ToArray();
            for (var number = random.Next(1, 4); number > 0; number--)
            {
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            }

            using var file = new MemoryStream();
            RecordFile.Write(file, i % 5 == 0 ? changed[..random.Next(changed.Length)] : changed);
            try
            {
                await DatasetFiles.ReadAsync(Format, file.ToArray(), "a.tfrecord");
            }
            catch (DatasetException error)
            {
                Assert.NotEmpty(error.Code);
            }
        }
    }

    [Fact]
    public async Task Something_else_is_refused()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("notes.txt", "hello"u8.ToArray()))));

        Assert.Equal("tfrecord-no-annotations", error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task Boxes_masks_and_tags_come_back_with_their_images_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items().Select((item, i) => item with { Subset = i % 2 == 0 ? "" : "val", OpenImage = _ => Task.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(item.Name))) }).ToList();
        var shapes = items.SelectMany(item => item.Shapes).ToList();
        bool Held(DatasetShape shape) => shape.Kind is ShapeKind.Rectangle or ShapeKind.Mask;
        var expected = items.Select(item => Describe(item with { Shapes = [.. item.Shapes.Where(Held)] })).Order(StringComparer.Ordinal);

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items, new DatasetWriteOptions { SaveImages = true });
        var (info, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(expected, read.Select(item => Describe(item with { Shapes = [.. item.Shapes.Where(shape => !WasEllipse(shape))] })).Order(StringComparer.Ordinal));
        Assert.Equal(RandomDataset.Info.Labels.Select(label => label.Name), info.Labels.Select(label => label.Name));
        foreach (var item in read)
        {
            using var image = new StreamReader(await item.OpenImage!(TestContext.Current.CancellationToken));
            Assert.Equal(item.Name, await image.ReadToEndAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(shapes.Count(shape => !Held(shape) && shape.Kind != ShapeKind.Ellipse), report.NumberOf("kind-not-held"));
        Assert.Equal(shapes.Count(shape => shape.Kind == ShapeKind.Rectangle && shape.Rotation != 0), report.NumberOf("rotation-not-held"));
        Assert.Empty(readReport.Lines);

        bool WasEllipse(DatasetShape shape) => shape.Kind == ShapeKind.Mask && shapes.TrueForAll(other => !other.Points.SequenceEqual(shape.Points));
    }

    private static DatasetItem Car(params DatasetShape[] shapes) => new() { Name = "img1.jpg", Width = 100, Height = 50, Shapes = shapes };

    private static byte[] Field(int number, ReadOnlySpan<byte> content)
    {
        Assert.InRange(content.Length, 0, 16383);
        return content.Length < 128 ? [(byte)(number << 3 | 2), (byte)content.Length, .. content] : [(byte)(number << 3 | 2), (byte)(content.Length & 127 | 128), (byte)(content.Length >> 7), .. content];
    }

    /// <summary>A record of one Example, put together without the code under test but for the frame.</summary>
    private static byte[] Record(Dictionary<string, object> values)
    {
        var features = values.SelectMany(pair => Field(1, [.. Field(1, Encoding.UTF8.GetBytes(pair.Key)), .. Field(2, pair.Value switch
        {
            string text => Field(1, Field(1, Encoding.UTF8.GetBytes(text))),
            long number => Field(3, Field(1, [(byte)number])),
            float[] numbers => Field(2, Field(1, [.. numbers.SelectMany(BitConverter.GetBytes)])),
            _ => throw new ArgumentException("No feature.", nameof(values)),
        })])).ToArray();
        using var file = new MemoryStream();
        RecordFile.Write(file, Field(1, features));
        return file.ToArray();
    }

    private static string Describe(DatasetItem item) =>
        $"{item.Subset} {item.Name} {item.Width}x{item.Height}: {string.Join("; ", item.Shapes.Select(shape => $"{shape.Label} {string.Join(' ', shape.Points.Select(number => Math.Round(number, 2) + 0.0))}"))}{string.Concat(item.Tags.Select(tag => $" #{tag.Label}"))}";

    private static JsonElement Vectors(string name) => JsonDocument.Parse(File.ReadAllText(DatasetFiles.Fixture("vectors", name))).RootElement;
}
