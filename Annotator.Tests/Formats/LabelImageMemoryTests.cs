using Annotator.Formats;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Tests.Formats;

[Collection(MeasuredAlone.Name)]
public sealed class LabelImageMemoryTests
{
    private const int Frames = 240;
    private const int ShapesOfFrame = 20;
    private const long Megabyte = 1 << 20;

    [Theory]
    [InlineData("CamVid 1.0")]
    [InlineData("Cityscapes 1.0")]
    [InlineData("KITTI 1.0")]
    [InlineData("MOTS PNG 1.0")]
    [InlineData("Segmentation mask 1.1")]
    public async Task Painting_and_reading_many_frames_holds_one_of_them(string format)
    {
        var most = await MostAsync(format, Enumerable.Range(0, Frames).Select(frame => new DatasetItem
        {
            Frame = frame,
            Name = $"{frame:D6}.jpg",
            Width = 320,
            Height = 180,
            Shapes = [.. Enumerable.Range(0, ShapesOfFrame).Select(i => Polygon(i, frame))],
        }), Frames);

        Assert.InRange(most, 0, 6 * Megabyte);
    }

    [Fact]
    public async Task A_large_frame_is_painted_and_read_without_its_pixels()
    {
        var shape = new DatasetShape { Kind = ShapeKind.Rectangle, Label = "car", Points = [100, 100, 5900, 5900] };

        var most = await MostAsync("Segmentation mask 1.1", [new DatasetItem { Name = "a.jpg", Width = 6000, Height = 6000, Shapes = [shape] }], 1);

        // As numbers the pixels alone would be 144 MB.
        Assert.InRange(most, 0, 6 * Megabyte);
    }

    private static async Task<long> MostAsync(string format, IEnumerable<DatasetItem> items, int expected)
    {
        var cancel = TestContext.Current.CancellationToken;
        var path = Path.GetTempFileName();
        try
        {
            var before = GC.GetTotalMemory(forceFullCollection: true);
            long most = 0;
            await using (var output = File.Create(path))
            {
                var info = new DatasetInfo { Labels = [new DatasetLabel { Name = "car", Color = "#2080c0" }] };
                await DatasetFormats.FindExporter(format)!.Writer.WriteAsync(new ListSource(info, items.Select(Watched)), output, new DatasetWriteOptions(), new DatasetReport(), cancel);
            }

            await using var archive = await DatasetArchive.OpenAsync(File.OpenRead(path), "a.zip", DatasetLimits.Default, cancel);
            await using var source = await DatasetFormats.FindImporter(format)!.Reader.OpenAsync(archive, DatasetReadOptions.Default, new DatasetReport(), cancel);
            var frames = 0;
            await foreach (var item in source.ReadItemsAsync(cancel))
            {
                Watched(item);
                frames += item.Shapes.Count > 0 ? 1 : 0;
            }

            Assert.Equal(expected, frames);
            return most;

            DatasetItem Watched(DatasetItem item)
            {
                most = Math.Max(most, item.Frame is null or 0 || item.Frame % 60 == 0 ? GC.GetTotalMemory(forceFullCollection: true) - before : 0);
                return item;
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static DatasetShape Polygon(int i, int frame)
    {
        var (x, y) = (i * 15.5, (frame + i * 7) % 150);
        return new DatasetShape { Kind = ShapeKind.Polygon, Label = "car", Points = [x, y, x + 40.25, y, x + 20, y + 30.5], TrackId = i };
    }
}
