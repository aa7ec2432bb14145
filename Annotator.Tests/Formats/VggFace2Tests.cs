using Annotator.Formats;
using Annotator.Formats.Model;
using FsCheck.Xunit;

namespace Annotator.Tests.Formats;

public sealed class VggFace2Tests
{
    private const string Format = "VGGFace2 1.0";

    [Fact]
    public async Task Tables_of_boxes_and_points_are_read()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.ZipFolder(DatasetFiles.Fixture("vggface2", "vggface2")));

        Assert.Equal(["n000001", "n000002", "n000003"], info.Labels.Select(label => label.Name));
        Assert.Equal(
            ["test 0003_01.jpg: Rectangle n000003 1 1 2 2; Points n000003", "train n000001/0001_01.jpg: Rectangle n000001 2 2 3 4; Points n000001", "train n000002/0001_01.jpg: Rectangle n000002 2 4 4 6; Points n000002", "train 0002_01.jpg: Rectangle n000002 1 3 2 4; Points n000002"],
            items.Select(Describe));
        Assert.Equal([2.787, 2.898, 2.965, 2.79, 2.8, 2.456, 2.81, 2.32, 2.89, 2.3], items[1].Shapes[1].Points);
        Assert.All(items, item => Assert.True(item.Width > 0 && item.OpenImage is not null));
        Assert.Empty(report.Lines);
    }

    [Theory]
    [InlineData("spec_examples/vggface2.zip", "car,person", " img1: Rectangle car 10 5 30 25; Points car| img2: ")]
    [InlineData("cvat_golden/demo/img/VGGFace2_1.0.zip", "car,person,face", " img1: Rectangle car 10 5 30 25 #car| img2: ")]
    public async Task A_file_of_the_contract_is_read_to_what_its_own_importer_read(string path, string labels, string expected)
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, await FixtureAsync(path));

        Assert.Equal(labels, string.Join(',', info.Labels.Select(label => label.Name)));
        Assert.Equal(expected, string.Join('|', items.Select(Describe)));
        Assert.Empty(report.Lines);
    }

    [Fact]
    public async Task The_export_of_the_contracts_own_input_is_what_the_contract_makes_of_it()
    {
        var golden = await FixtureAsync("cvat_golden/demo/img/VGGFace2_1.0.zip");
        var (info, items, _) = await DatasetFiles.ReadAsync("CVAT 1.1", await FixtureAsync("cvat_golden/demo/img/CVAT_for_images_1.1.zip"));

        var (written, _) = await DatasetFiles.WriteAsync(Format, info, items);

        foreach (var file in new[] { "bb_landmark/loose_bb_default.csv", "bb_landmark/loose_landmark_default.csv" })
        {
            Assert.Equal(DatasetFiles.Entry(golden, file).ReplaceLineEndings("\n"), DatasetFiles.Entry(written, file));
        }
    }

    [Fact]
    public async Task Bad_lines_are_named_and_faces_in_no_folder_get_a_label()
    {
        var (info, items, report) = await DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(
            ("loose_bb_val.csv", "NAME_ID,X,Y,W,H\na/1,1,1,2\na/1,1,1,x,2\na/1,1,1,0,2\n\n,1,1,2,2\na/1,1,1,2,2,2\n2,1,1,2,2\n"u8.ToArray()),
            ("loose_landmark_val.csv", "NAME_ID\nno_label/3,1,2,3,4,5,6,7,8,9\na/1,1,2,3,4,5,6,7,8,9,10\n"u8.ToArray())));

        Assert.Equal(["a", "face"], info.Labels.Select(label => label.Name));
        Assert.Equal(["val 1: Points a", "val 2: Rectangle face 1 1 3 3", "val 3: "], items.Select(Describe));
        Assert.Equal((5, 1), (report.NumberOf("row-invalid"), report.NumberOf("label-missing")));
    }

    [Fact]
    public async Task Something_else_is_refused()
    {
        var error = await Assert.ThrowsAsync<DatasetException>(() => DatasetFiles.ReadAsync(Format, DatasetFiles.Zip(("notes.csv", "a,b"u8.ToArray()))));

        Assert.Equal("vggface2-no-annotations", error.Code);
    }

    [Property(MaxTest = 60)]
    public async Task One_box_and_five_points_of_a_label_come_back_and_the_rest_is_named(int seed)
    {
        var random = new Random(seed);
        var items = new RandomDataset(seed).Items().Select((item, i) => item with { Name = $"{i}/x.jpg", Shapes = i % 2 == 0 ? item.Shapes : [.. item.Shapes, Five(random, 0), Five(random, 1)] }).ToList();
        var expected = new List<string>();
        var held = 0;
        foreach (var item in items)
        {
            var fitting = item.Shapes.Where(shape => shape.Kind == ShapeKind.Rectangle || shape is { Kind: ShapeKind.Points, Points.Length: 10 }).ToList();
            var same = fitting.Where(shape => shape.Label == fitting[0].Label).ToList();
            List<DatasetShape> kept = [.. same.Where(shape => shape.Kind == ShapeKind.Rectangle).Take(1), .. same.Where(shape => shape.Kind == ShapeKind.Points).Take(1)];
            held += kept.Count;
            var tag = kept.Exists(shape => shape.Kind == ShapeKind.Points) ? null : item.Tags.FirstOrDefault(tag => kept.Count == 0 || tag.Label == kept[0].Label)?.Label;
            expected.Add($"{item.Name[..^4]} {tag?.Replace('/', '_')} {string.Join("; ", kept.Select(Numbers))}");
        }

        var (written, report) = await DatasetFiles.WriteAsync(Format, RandomDataset.Info, items);
        var (_, read, readReport) = await DatasetFiles.ReadAsync(Format, written);

        Assert.Equal(expected.Order(StringComparer.Ordinal), read.Select(item => $"{item.Name} {(item.Tags.Count > 0 ? item.Tags[0].Label : "")} {string.Join("; ", item.Shapes.Select(Numbers))}").Order(StringComparer.Ordinal));
        Assert.Equal(items.Sum(item => item.Shapes.Count) - held, report.NumberOf("kind-not-held") + report.NumberOf("face-not-held"));
        Assert.Empty(readReport.Lines);
    }

    private static DatasetShape Five(Random random, int label) => new()
    {
        Kind = ShapeKind.Points, Label = RandomDataset.Info.Labels[label].Name, Points = [.. Enumerable.Range(0, 10).Select(_ => Math.Round(random.NextDouble() * 100, 2))],
    };

    /// <summary>Labels that cannot be folders come back as the folder.</summary>
    private static string Numbers(DatasetShape shape) =>
        $"{shape.Kind} {shape.Label.Replace('/', '_')} {string.Join(' ', shape.Points.Select(number => number.ToString("F2")))}";

    private static string Describe(DatasetItem item) =>
        $"{item.Subset} {item.Name}: {string.Join("; ", item.Shapes.Select(shape => $"{shape.Kind} {shape.Label}{(shape.Kind == ShapeKind.Points ? "" : " " + string.Join(' ', shape.Points))}"))}{string.Concat(item.Tags.Select(tag => $" #{tag.Label}"))}";

    private static Task<byte[]> FixtureAsync(string path) => File.ReadAllBytesAsync(DatasetFiles.Fixture(path.Split('/')), TestContext.Current.CancellationToken);
}
