using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Annotator.Formats;
using Annotator.Formats.Geometry;
using Annotator.Formats.Model;
using Annotator.Formats.Png;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed partial class LabelMeTests
{
    private const string Format = "LabelMe 3.0";

    [Fact]
    public async Task The_original_tools_file_is_read_with_its_masks_and_groups()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("labelme_mit", "flat")));

        Assert.Equal(["window", "license plate", "o1", "q1", "b1", "m1", "hg"], info.Labels.Select(label => label.Name));
        var item = Assert.Single(items);
        Assert.Equal(("img1.png", 102, 77), (item.Name, item.Width, item.Height));
        Assert.NotNull(item.OpenImage);
        Assert.Equal("mask=2 polygon=4 rectangle=1", Counts(items));
        Assert.Equal([0, 0, 1, 1, 1, 2, 2], item.Shapes.Select(shape => shape.Group));
        Assert.Equal([13d, 19, 23, 30], item.Shapes[4].Points);
        Assert.Equal([false, false, true, false, true, false, false], item.Shapes.Select(shape => shape.Occluded));
        Assert.Equal(("true", "anonymous"), (item.Shapes[2].Attributes["a1"], item.Shapes[2].Attributes["username"]));
        Assert.Equal("true", item.Shapes[6].Attributes["gfd lkj lkj hi"]);

        // The pictures' own boxes; those that the file gives beside them are a pixel off.
        Assert.Equal([58d, 67, 62, 68], item.Shapes[1].Points[^4..]);
        Assert.Equal([55d, 14, 69, 23], item.Shapes[5].Points[^4..]);
        Assert.All(item.Shapes.Where(shape => shape.Kind == ShapeKind.Mask), mask => Assert.True(MaskRuns.IsMask(mask.Points, long.MaxValue)));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("spec_examples/labelme.zip", "/img1.jpg", "polygon=1 rectangle=1", 100)]
    [InlineData("cvat_golden/demo/img/LabelMe_3.0.zip", "/img1.jpg /img2.jpg", "mask=1 polygon=1 rectangle=1", 100)]
    [InlineData("cvat_golden/demo/vid/LabelMe_3.0.zip", "/frame_000000.PNG /frame_000001.PNG /frame_000002.PNG /frame_000003.PNG /frame_000004.PNG", "rectangle=4", 100)]
    [InlineData("cvat_golden/dm_tests/dm_LabelMe_3.0/LabelMe_3.0.zip", "/image_0.jpg /image_1.jpg /image_2.jpg", "polygon=1 rectangle=1", 100)]
    public async Task An_export_of_the_contract_is_read_whole(string path, string names, string counts, int width)
    {
        var (_, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(names, string.Join(' ', items.Select(item => $"{item.Subset}/{item.Name}").Order(StringComparer.Ordinal)));
        Assert.Equal(counts, Counts(items));
        Assert.All(items, item => Assert.Equal((width, width / 2), (item.Width, item.Height)));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_numbers_of_an_export_are_the_contracts()
    {
        var (_, items, _) = await DatasetFiles.ReadAsync(Format, await FixtureAsync("cvat_golden/demo/img/LabelMe_3.0.zip"));
        var shapes = items.Single(item => item.Name == "img1.jpg").Shapes;
        Assert.Equal([10d, 5, 30, 25], shapes[0].Points);
        Assert.Equal("brand=audi,parked=true", Pairs(shapes[0].Attributes));
        Assert.True(shapes[0].Occluded);
        Assert.Equal([0d, 2, 2, 2, 70, 20, 72, 21], shapes[2].Points);

        var (_, frames, _) = await DatasetFiles.ReadAsync(Format, await FixtureAsync("cvat_golden/demo/vid/LabelMe_3.0.zip"));
        var track = frames.OrderBy(item => item.Name, StringComparer.Ordinal).SelectMany(item => item.Shapes).Where(shape => shape.TrackId is not null);
        Assert.Equal([(0, true), (0, false), (0, true)], track.Select(shape => (shape.TrackId!.Value, shape.Keyframe)));
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));
        var golden = await FixtureAsync("cvat_golden/demo/img/LabelMe_3.0.zip");

        var (written, report) = await DatasetFiles.WriteAsync(Format, info, items);

        foreach (var name in new[] { "img1", "img2" })
        {
            Assert.Equal(Normal(DatasetFiles.Entry(golden, $"default/{name}.xml")), Normal(DatasetFiles.Entry(written, $"default/{name}.xml")));
        }

        Assert.Equal((1L, 1L), (report.NumberOf("kind-not-held"), report.NumberOf("tag-not-held")));
    }

    [Property(MaxTest = 100)]
    public async Task Boxes_polygons_and_masks_survive_and_the_rest_is_named(int seed)
    {
        var items = new RandomDataset(seed).Items();
        var all = items.SelectMany(item => item.Shapes).ToList();

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(items.Select(item => (item.Name, item.Width, item.Height)), read.Select(item => (item.Name, item.Width, item.Height)));
        Assert.Equal(
            all.Where(shape => shape.Kind is ShapeKind.Rectangle or ShapeKind.Polygon or ShapeKind.Mask).Select(Describe),
            read.SelectMany(item => item.Shapes).Where(shape => !WasEllipse(shape)).Select(Describe));
        Assert.Equal(all.Count(shape => shape.Kind is ShapeKind.Polyline or ShapeKind.Points or ShapeKind.Cuboid or ShapeKind.Skeleton), report.NumberOf("kind-not-held"));
        Assert.Equal(all.Count(shape => shape.Kind == ShapeKind.Ellipse), report.NumberOf("ellipse-as-mask") + report.NumberOf("mask-empty"));
        Assert.Equal(items.Sum(item => item.Tags.Count), report.NumberOf("tag-not-held"));
        Assert.Equal(Partitions(items, report), read.Select(item => string.Join(' ', Partition(item.Shapes))));
        Assert.Empty(readReport.Lines);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("kj", "kj=true")]
    [InlineData("a=1, b=\"1\", c=True, d=x y , e=", "a=1;b=1;c=true;d=x y;e=")]
    [InlineData("a\\,b=c\\=d\\\\\\\"", "a,b=c=d\\\"")]
    [InlineData(" , =x, a=\" q, r \" junk", "a= q, r ")]
    [InlineData("a=-4.0, b=1e3, c=0x1", "a=-4;b=1000;c=0x1")]
    [InlineData("a=1,a=2\\", "a=2")]
    public async Task The_line_of_attributes_is_taken_apart(string line, string expected)
    {
        var xml = $"<annotation><object><name>x</name><polygon><pt><x>1</x><y>1</y></pt><pt><x>5</x><y>1</y></pt><pt><x>5</x><y>5</y></pt></polygon><attributes>{line}</attributes></object></annotation>";

        var (_, items, _) = await DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(xml), "a.xml");

        Assert.Equal(expected, string.Join(';', items[0].Shapes[0].Attributes.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Fact]
    public async Task What_is_met_in_the_wild_is_read_or_named()
    {
        const string Xml = """
            <annotation><filename>
            a.jpg
            </filename><folder>x</folder>
            <object><name>
            tree
            </name><id>7</id><parts><hasparts>8,9,</hasparts></parts><polygon><pt><x>
            1
            </x><y>2</y></pt><pt><x>5</x><y>2</y></pt><pt><x>5</x><y>5</y></pt></polygon></object>
            <object><name>gone</name><deleted>1</deleted><id>8</id></object>
            <object><name>leaf</name><id>9</id><parts><ispartof>7</ispartof></parts><type>bounding_box</type><polygon><pt><x>5</x><y>9</y></pt><pt><x>1</x><y>2</y></pt><pt><x>1</x><y>9</y></pt></polygon></object>
            <object><name>line</name><polygon><pt><x>1</x><y>2</y></pt><pt><x>5</x><y>2</y></pt></polygon></object>
            <object><name>odd</name><polygon><pt><x>NaN</x><y>2</y></pt><pt><x>5</x><y>2</y></pt><pt><x>5</x><y>2</y></pt></polygon></object>
            <object><polygon><pt><x>1</x><y>2</y></pt><pt><x>5</x><y>2</y></pt><pt><x>5</x><y>5</y></pt></polygon></object>
            <object><name>m</name><segm><mask>../../m.png</mask></segm></object>
            <object><name>n</name><segm><mask>n.png</mask></segm></object>
            </annotation>
            """;
        var zip = DatasetFiles.Zip(
            ("Annotations/coll/a.xml", Encoding.UTF8.GetBytes(Xml)),
            ("Images/coll/a.jpg", [1]),
            ("Masks/coll/n.png", [1, 2, 3]),
            ("Annotations/coll/b.xml", "<annotation><object>"u8.ToArray()),
            ("notes.xml", "<notes/>"u8.ToArray()));

        var (info, items, report) = await DatasetFiles.ReadAsync(Format, zip);

        Assert.Equal(["tree", "leaf", "line", "odd", "m", "n"], info.Labels.Select(label => label.Name));
        var item = Assert.Single(items);
        Assert.Equal(("coll/a.jpg", ""), (item.Name, item.Subset));
        Assert.NotNull(item.OpenImage);
        Assert.Equal(["tree Polygon 1", "leaf Rectangle 1"], item.Shapes.Select(shape => $"{shape.Label} {shape.Kind} {shape.Group}"));
        Assert.Equal(
            "file-skipped=1 file-unreadable=1 label-missing=1 mask-missing=1 mask-unreadable=1 shape-invalid=2",
            string.Join(' ', report.Lines.OrderBy(line => line.Code, StringComparer.Ordinal).Select(line => $"{line.Code}={line.Count}")));
    }

    [Theory]
    [InlineData("<annotations/>", "labelme-no-annotations")]
    [InlineData("<annotation>", "xml-damaged")]
    [InlineData("<!DOCTYPE annotation [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotation/>", "xml-document-type")]
    [InlineData("{}", "xml-damaged")]
    public async Task What_is_no_dataset_is_refused_by_name(string xml, string code)
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, Encoding.UTF8.GetBytes(xml), "a.xml"));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public async Task A_picture_that_thousands_of_masks_name_is_not_read_for_all_of_them()
    {
        using var picture = new MemoryStream();
        using (var png = new PngWriter(picture, 100, 100, PngForm.Grey8))
        {
            for (var row = 0; row < 100; row++)
            {
                png.WriteRow(Enumerable.Repeat(1, 100).ToArray());
            }
        }

        var xml = "<annotation>" + string.Concat(Enumerable.Repeat("<object><name>x</name><segm><mask>m.png</mask></segm></object>", 50)) + "</annotation>";
        var zip = DatasetFiles.Zip(("a.xml", Encoding.UTF8.GetBytes(xml)), ("Masks/m.png", picture.ToArray()));

        var (_, items, report) = await DatasetFiles.ReadAsync(Format, zip, limits: new DatasetLimits { MaxPixels = 100_000 });

        Assert.Equal(11, items[0].Shapes.Count);
        Assert.Equal(39, report.NumberOf("mask-unreadable"));
    }

    [Fact]
    public async Task Frames_that_differ_in_their_extensions_only_keep_files_of_their_own()
    {
        DatasetItem[] items =
        [
            new() { Name = "a.jpg", Width = 9, Height = 9, Subset = "train", Shapes = [new DatasetShape { Kind = ShapeKind.Mask, Label = "x", Points = [0, 1, 1, 1, 1, 1] }] },
            new() { Name = "a.png", Width = 9, Height = 9, Subset = "train", Shapes = [new DatasetShape { Kind = ShapeKind.Mask, Label = "x", Points = [0, 1, 2, 2, 2, 2] }] },
        ];

        var (written, report) = await DatasetFiles.WriteAsync(Format, new DatasetInfo { Labels = [new DatasetLabel { Name = "x" }] }, items);
        var (_, read, _) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(["train/a.jpg 1", "train/a_2.png 2"], read.Select(item => $"{item.Subset}/{item.Name} {item.Shapes[0].Points[^4]}"));
        Assert.Equal(1, report.NumberOf("name-taken"));
    }

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);

    private static string Counts(IEnumerable<DatasetItem> items) =>
        string.Join(' ', DatasetFiles.Counts(items).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    /// <summary>The masks of the generated datasets lie in this box; the ellipses cover more.</summary>
    private static bool WasEllipse(DatasetShape shape) => shape.Kind == ShapeKind.Mask && !(shape.Points[^4] >= 20 && shape.Points[^3] >= 30 && shape.Points[^2] < 32 && shape.Points[^1] < 38);

    private static string Describe(DatasetShape shape) =>
        $"{shape.Kind} {shape.Label} {string.Join(' ', shape.Points.Select(number => number.ToString("F2", CultureInfo.InvariantCulture)))} r{(shape.Kind == ShapeKind.Rectangle ? shape.Rotation : 0):F2} {shape.Occluded} {Pairs(shape.Attributes)}";

    /// <summary>Which shapes are together, whatever their groups' numbers.</summary>
    private static IEnumerable<int> Partition(IReadOnlyList<DatasetShape> shapes) =>
        shapes.Select((shape, index) => shape.Group == 0 || shapes.Count(other => other.Group == shape.Group) < 2 ? -1 : shapes.TakeWhile(other => other.Group != shape.Group).Count());

    private static IEnumerable<string> Partitions(List<DatasetItem> items, DatasetReport report)
    {
        var empty = report.NumberOf("mask-empty") > 0;
        return items.Select(item => string.Join(' ', Partition([.. item.Shapes.Where(shape => shape.Kind is ShapeKind.Rectangle or ShapeKind.Polygon or ShapeKind.Mask
            || (shape.Kind == ShapeKind.Ellipse && (!empty || EllipseRaster.Runs(shape.Points, shape.Rotation, item.Width, item.Height).Length > 1)))])));
    }

    private static string Pairs(IReadOnlyDictionary<string, string> pairs) =>
        string.Join(',', pairs.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    /// <summary>Lines without what stands before them, and 1 for 1.0.</summary>
    private static string Normal(string xml) => string.Join('\n', xml.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Where(line => !line.StartsWith("<?xml", StringComparison.Ordinal) && !line.StartsWith("<sourceAnnotation>", StringComparison.Ordinal))
        .Select(line => NeedlessZero().Replace(line, "$1")));

    [GeneratedRegex(@"(=-?\d+)\.0\b")]
    private static partial Regex NeedlessZero();
}
