using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

/// <summary>What others allocate meanwhile would be measured, too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "memory, measured alone";
}

[Collection(MeasuredAlone.Name)]
public sealed class BoundedMemoryTests
{
    private const int Frames = 2000;
    private const int ShapesOfFrame = 50;
    private const long Megabyte = 1 << 20;

    [Theory]
    [InlineData("COCO 1.0", "COCO 1.0")]
    [InlineData("CVAT for images 1.1", "CVAT 1.1")]
    [InlineData("Datumaro 1.0", "Datumaro 1.0")]
    [InlineData("LabelMe 3.0", "LabelMe 3.0")]
    [InlineData("labelme JSON 1.0", "labelme JSON 1.0")]
    [InlineData("MOT 1.1", "MOT 1.1", 40)]
    [InlineData("PASCAL VOC 1.1", "PASCAL VOC 1.1", 40)]
    [InlineData("TFRecord 1.0", "TFRecord 1.0", 40)]
    [InlineData("WiderFace 1.0", "WiderFace 1.0", 40)]
    public async Task Writing_and_reading_100000_shapes_holds_a_frame_and_not_the_dataset(string export, string import, int heldOfFrame = ShapesOfFrame)
    {
        var cancel = TestContext.Current.CancellationToken;
        var path = Path.GetTempFileName();
        try
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            long most = 0;
            await using (var output = File.Create(path))
            {
                var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "car" }] };
                await DatasetFormats.FindExporter(export)!.Writer.WriteAsync(
                    new ListSource(info, Watched(frame => most = Math.Max(most, Measure(frame) - before))), output, new DatasetWriteOptions(), new DatasetReport(), cancel);
            }

            await using var archive = await DatasetArchive.OpenAsync(File.OpenRead(path), "a.zip", DatasetLimits.Default, cancel);
            await using var source = await DatasetFormats.FindImporter(import)!.Reader.OpenAsync(archive, DatasetReadOptions.Default, new DatasetReport(), cancel);
            var (frames, shapes) = (0, 0);
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                most = Math.Max(most, Measure(frames) - before);
                frames++;
                shapes += item.Shapes.Count;
            }

            Assert.Equal((Frames, Frames * heldOfFrame), (frames, shapes));
            Assert.InRange(most, 0, 12 * Megabyte);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task A_servers_answer_of_100000_shapes_is_read_frame_by_frame_in_whatever_order_they_stand()
    {
        var cancel = TestContext.Current.CancellationToken;
        var path = Path.GetTempFileName();
        try
        {
            await using (var output = new StreamWriter(path))
            {
                await output.WriteAsync("{\"labels\":[{\"id\":1,\"name\":\"car\"}],\"tags\":[],\"shapes\":[");
                for (var i = 0; i < Frames * ShapesOfFrame; i++)
                {
                    await output.WriteAsync($$"""{{(i > 0 ? "," : "")}}{"type":"rectangle","frame":{{i * 7919L % Frames}},"label_id":1,"points":[{{i % 900}},1,{{i % 900 + 50}},20.5],"occluded":false,"attributes":[]}""");
                }

                await output.WriteAsync("],\"tracks\":[]}");
            }

            var before = GC.GetTotalMemory(forceFullCollection: true);
            await using var archive = await DatasetArchive.OpenAsync(File.OpenRead(path), "a.json", DatasetLimits.Default, cancel);
            await using var source = await DatasetFormats.FindImporter("CVAT JSON 1.0")!.Reader.OpenAsync(archive, DatasetReadOptions.Default, new DatasetReport(), cancel);
            var (most, frames, shapes) = (0L, 0, 0);
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                most = Math.Max(most, Measure(frames) - before);
                frames++;
                shapes += item.Shapes.Count;
            }

            Assert.Equal((Frames, Frames * ShapesOfFrame), (frames, shapes));
            Assert.InRange(most, 0, 12 * Megabyte);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static long Measure(int frame) => frame % 400 == 0 ? GC.GetTotalMemory(forceFullCollection: true) : 0;

    private static IEnumerable<DatasetItem> Watched(Action<int> watch)
    {
        for (var frame = 0; frame < Frames; frame++)
        {
            watch(frame);
            yield return new DatasetItem
            {
                Frame = frame,
                Name = $"{frame:D6}.jpg",
                Width = 1920,
                Height = 1080,
                Shapes = [.. Enumerable.Range(0, ShapesOfFrame).Select(i => i % 5 == 0
                    ? new DatasetShape { Kind = ShapeKind.Polygon, Label = "car", Points = [i, i, i + 40.25, i, i + 20, i + 30.5] }
                    : new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [i, frame % 900, i + 10.5, frame % 900 + 20.25] })],
            };
        }
    }
}
