using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class VocTests
{
    private const string Format = "PASCAL VOC 1.1";

    [Fact]
    public async Task Boxes_parts_actions_tags_and_masks_of_the_challenges_layout_are_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("voc", "voc_dataset1")));

        Assert.Equal(["2007_000002.jpg test 20x10", "2007_000001.jpg train 20x10"], items.Select(item => $"{item.Name} {item.Subset} {item.Width}x{item.Height}"));
        Assert.All(items, item => Assert.NotNull(item.OpenImage));
        var item = items[1];
        Assert.Equal(11, item.Tags.Count);
        Assert.Equal(["cat 1 2 3 4", "person 4 5 6 7", "head 5.5 6 7.5 8"], Boxes(item));
        Assert.Equal("true", item.Shapes[0].Attributes["truncated"]);
        Assert.Equal((1, 1), (item.Shapes[1].Group, item.Shapes[2].Group));
        Assert.Equal(11, item.Shapes[1].Attributes.Count);
        Assert.Equal(6, item.Shapes[1].Attributes.Count(pair => pair.Value == "true"));
        Assert.Single(item.Shapes, shape => shape.Kind == ShapeKind.Mask);
        Assert.Contains(info.Labels, label => label.Name == "head");
        Assert.DoesNotContain(report.Lines, line => line.Kind == ReportKind.Loss);
    }

    [Fact]
    public async Task A_list_of_labels_is_kept_and_lists_with_comments_are_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("voc", "voc_dataset2")));
        Assert.Equal(20, info.Labels.Count);
        Assert.Equal(["trainval @", "trainval a: background 1 2 4 6", "trainval b: aeroplane 2 2 7 6", "trainval c: bicycle 3 1 11 6", "trainval d: bird 4 4 8 8"],
            items.Select(item => $"{item.Subset} {Path.GetFileNameWithoutExtension(item.Name)}{string.Concat(Boxes(item).Select(box => ": " + box))}"));
        Assert.Equal([true, true, false, false], items.Skip(1).Select(item => item.Shapes[0].Occluded));
        Assert.Empty(report.Lines);

        (info, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("voc", "voc_dataset3")));
        Assert.Equal("cat", Assert.Single(info.Labels).Name);
        Assert.Equal(["cat 1 2 3 4"], Boxes(Assert.Single(items)));
    }

    [Theory]
    [InlineData("spec_examples/voc.zip", "rectangle=1 tag=1")]
    [InlineData("cvat_golden/dm_tests/dm_PASCAL_VOC_1.1/PASCAL_VOC_1.1.zip", "rectangle=1 tag=1")]
    [InlineData("cvat_golden/demo/img/PASCAL_VOC_1.1.zip", "mask=1 rectangle=1 tag=1")]
    [InlineData("cvat_golden/demo/vid/PASCAL_VOC_1.1.zip", "rectangle=4")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string path, string counts)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(counts, string.Join(' ', report.Counts.Select(pair => $"{pair.Key}={pair.Value}")));
        Assert.Equal(DatasetFiles.Counts(items), report.Counts.ToDictionary(pair => pair.Key, pair => (int)pair.Value));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_example_is_read_with_attributes_and_tags()
    {
        var (info, items, _) = await DatasetFiles.ReadAsync(Format, await FixtureAsync("spec_examples/voc.zip"));

        Assert.Equal(["car", "person"], info.Labels.Select(label => label.Name));
        Assert.Equal(["img1.jpg 100x50", "img2.jpg 100x50"], items.Select(item => $"{item.Name} {item.Width}x{item.Height}"));
        var shape = Assert.Single(items[0].Shapes);
        Assert.True(shape.Occluded);
        Assert.Equal("brand=audi parked=true", string.Join(' ', shape.Attributes.Select(pair => $"{pair.Key}={pair.Value}")));
        Assert.Equal("car", Assert.Single(items[0].Tags).Label);
    }

    [Fact]
    public async Task A_track_keeps_its_number_and_its_keyframes()
    {
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, await FixtureAsync("cvat_golden/demo/vid/PASCAL_VOC_1.1.zip"));

        Assert.Equal(["0 True", "0 False", "0 True"], items.SelectMany(item => item.Shapes).Where(shape => shape.TrackId is not null).Select(shape => $"{shape.TrackId} {shape.Keyframe}"));
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/img/PASCAL_VOC_1.1.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        Assert.Equal(Names(golden), Names(written));
        foreach (var name in Names(golden))
        {
            if (name.EndsWith(".png", StringComparison.Ordinal))
            {
                Assert.Equal(LabelImageFiles.Colors(golden, name), LabelImageFiles.Colors(written, name));
            }
            else if (name.EndsWith(".xml", StringComparison.Ordinal))
            {
                Assert.Equal(Normal(DatasetFiles.Entry(golden, name)), Normal(DatasetFiles.Entry(written, name)));
            }
            else
            {
                Assert.Equal(DatasetFiles.Entry(golden, name), DatasetFiles.Entry(written, name));
            }
        }

        Assert.Equal(2, report.NumberOf("kind-not-held"));

        static string Normal(string xml) => string.Join('\n', XElement.Parse(xml).Descendants().Select(element =>
            element.HasElements ? element.Name.LocalName : $"{element.Name} {(double.TryParse(element.Value, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : element.Value)}"));
    }

    [Property(MaxTest = 100)]
    public async Task What_the_format_can_hold_comes_back_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items();
        var shapes = items.SelectMany(item => item.Shapes).ToList();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (info, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(RandomDataset.Info.Labels.SelectMany(label => label.Sublabels.Prepend(label)).Select(label => label.Name).Distinct(), info.Labels.Select(label => label.Name));
        Assert.Equal(items.OrderBy(item => item.Name, StringComparer.Ordinal).Select(Describe), read.Select(Describe));
        Assert.Equal(shapes.Count(shape => shape.Kind is not (ShapeKind.Rectangle or ShapeKind.Mask or ShapeKind.Ellipse)), report.NumberOf("kind-not-held"));
        Assert.Equal(shapes.Count(shape => shape.Kind == ShapeKind.Rectangle && shape.Rotation != 0), report.NumberOf("rotation-as-attribute"));
        Assert.Equal(shapes.Count(shape => shape.Kind == ShapeKind.Rectangle && shape.ZOrder != 0), report.NumberOf("z-order-not-held"));
        Assert.Empty(readReport.Lines);

        static string Describe(DatasetItem item) => $"{item.Name} {item.Width}x{item.Height} {string.Join(',', item.Tags.Select(tag => tag.Label).Distinct().Order(StringComparer.Ordinal))}"
            + string.Concat(item.Shapes.Where(shape => shape.Kind == ShapeKind.Rectangle).Select(shape =>
                $"\n{shape.Label} {string.Join(' ', shape.Points)} r{shape.Rotation} {shape.Occluded} {string.Join(',', shape.Attributes.Select(pair => $"{pair.Key}={pair.Value}"))}"));
    }

    [Fact]
    public async Task Numbers_may_be_counted_from_one()
    {
        var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "car" }] };
        DatasetItem[] items = [new() { Name = "a.jpg", Width = 10, Height = 10, Shapes = [new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [0, 1, 2, 3.5] }] }];

        var (written, _) = await DatasetFiles.WriteAsync(Format, info, items, new DatasetWriteOptions { OneBased = true });

        Assert.Contains("<xmin>1.0</xmin>\n      <ymin>2.0</ymin>\n      <xmax>2.0</xmax>\n      <ymax>3.5</ymax>", DatasetFiles.Entry(written, "Annotations/a.xml"), StringComparison.Ordinal);
        await using var archive = await DatasetArchive.OpenAsync(new MemoryStream(written), "a.zip", DatasetLimits.Default, TestContext.Current.CancellationToken);
        await using var source = await DatasetFormats.FindImporter(Format)!.Reader.OpenAsync(archive, new DatasetReadOptions { OneBased = true }, new DatasetReport(), TestContext.Current.CancellationToken);
        var read = await source.ReadItemsAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["car 0 1 2 3.5"], Boxes(read[0]));
    }

    [Theory]
    [InlineData("train/a.rf.1.xml;train/a.rf.1.jpg;valid/b.xml", "train a.rf.1.jpg, valid b.jpg")]
    [InlineData("set/a.xml;set/a.jpg;set/c.png", " a.jpg")]
    [InlineData("annotations/a.xml;images/a.png", " a.png")]
    [InlineData("data/VOC2012/Annotations/x/a.xml;data/VOC2012/JPEGImages/x/a.jpg;data/VOC2012/ImageSets/Main/my_set.txt=x/a", "my_set x/a.jpg")]
    public async Task Loose_layouts_are_read_and_what_tools_add_is_passed_over(string files, string expected)
    {
        const string Xml = """<?xml version="1.0"?><annotation verified="yes"><path>C:\Users\me\pictures\a.jpg</path><object><bndbox><ymax>4</ymax><xmax>3</xmax><ymin>2</ymin><xmin>1</xmin></bndbox><difficult>no</difficult><name>cat</name></object></annotation>""";
        var zip = DatasetFiles.Zip([.. files.Split(';').Select(file => file.Split('=') is { Length: 2 } pair
            ? (pair[0], Encoding.UTF8.GetBytes(pair[1]))
            : (file, file.EndsWith(".xml", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(Xml.Replace("</annotation>", $"<filename>{Path.GetFileNameWithoutExtension(file)}.jpg</filename></annotation>")) : [1, 2, 3]))]);

        var (info, items, _) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(expected, string.Join(", ", items.Select(item => $"{item.Subset} {item.Name}")));
        Assert.All(items, item => Assert.Equal(["cat 1 2 3 4"], Boxes(item)));
        Assert.Equal("cat", Assert.Single(info.Labels).Name);
    }

    [Fact]
    public async Task A_turned_box_of_another_tool_is_turned()
    {
        const string Xml = "<annotation><size><width>100</width><height>50</height></size><object><type>robndbox</type><name>ship</name><robndbox><cx>20</cx><cy>15</cy><w>20</w><h>10</h><angle>1.5707963267948966</angle></robndbox></object></annotation>";

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("a.xml", Encoding.UTF8.GetBytes(Xml))));

        Assert.Equal(["ship 10 10 30 20"], Boxes(items[0]));
        Assert.Equal(90, items[0].Shapes[0].Rotation, 6);
    }

    [Fact]
    public async Task Bad_objects_and_files_are_named_and_the_rest_is_read()
    {
        var zip = DatasetFiles.Zip(
            ("labelmap.txt", "car:1,2,3::\n:4,5,6::\nbus:999,0,0::\n"u8.ToArray()),
            ("Annotations/a.xml", Encoding.UTF8.GetBytes("<annotation><size><width>x</width></size>"
                + Object("car", "NaN", "2") + Object("dog", "1", "2") + Object("car", "1", "1e400") + Object("", "1", "2") + Object("bus", "5", "2") + Object("car", "3", "3") + "<object/></annotation>")),
            ("Annotations/b.xml", "<annotation><object>"u8.ToArray()),
            ("Annotations/c.xml", "<other/>"u8.ToArray()),
            ("ImageSets/Main/all.txt", "a\nmissing\n../evil\n"u8.ToArray()),
            ("ImageSets/Main/car_all.txt", "a  1\nnonsense\nb -1\n"u8.ToArray()),
            ("SegmentationClass/a.png", [1, 2, 3]),
            ("SegmentationObject/b.png", [1, 2, 3]));

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["b", "c", "a", "missing"], items.Select(item => item.Name));
        Assert.Equal(["bus 2 0 5 1"], Boxes(items[2]));
        Assert.Equal("car", Assert.Single(items[2].Tags).Label);
        foreach (var code in new[] { "label-unnamed", "color-invalid", "label-unknown", "box-empty", "box-reversed", "file-unreadable", "file-skipped", "row-invalid", "png-damaged", "classes-missing" })
        {
            Assert.True(report.NumberOf(code) == 1, $"{code}: {report.NumberOf(code)}");
        }

        Assert.Equal((2, 2), (report.NumberOf("shape-invalid"), report.NumberOf("label-missing")));

        static string Object(string name, string left, string right) => $"<object><name>{name}</name><bndbox><xmin>{left}</xmin><ymin>0</ymin><xmax>{right}</xmax><ymax>1</ymax></bndbox></object>";
    }

    [Theory]
    [InlineData("notes.txt", "hello")]
    [InlineData("a.xml", "<annotations/>")]
    [InlineData("a.xml", "<annotation><object><polygon/></object></annotation>")]
    public async Task An_archive_of_something_else_is_refused(string name, string content)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip((name, Encoding.UTF8.GetBytes(content)))));

        Assert.Equal("voc-no-annotations", error.Code);
    }

    private static IEnumerable<string> Boxes(DatasetItem item) =>
        item.Shapes.Where(shape => shape.Kind == ShapeKind.Rectangle).Select(shape => $"{shape.Label} {string.Join(' ', shape.Points.Select(number => Math.Round(number, 6)))}");

    private static IEnumerable<string> Names(byte[] zip)
    {
        using var archive = new ZipArchive(new MemoryStream(zip));
        return [.. archive.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal)];
    }

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
