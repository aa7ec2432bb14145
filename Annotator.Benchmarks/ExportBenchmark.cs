using System.Diagnostics;
using System.Runtime.CompilerServices;
using Annotator.Formats;
using Annotator.Formats.Model;

namespace Annotator.Benchmarks;

/// <summary>
/// Writes 1,000,000 shapes (10,000 frames of 80 boxes and 20 polygons of 12 points) as a dataset file, one thread, without
/// images: made up on the way (the writer's own figures), and read from PostgreSQL as an export does.
/// </summary>
internal static class ExportBenchmark
{
    private const int Frames = 10_000;
    private const int ShapesOfFrame = 100;
    private const double Megabyte = 1 << 20;

    public static async Task RunAsync(Figures figures, CancellationToken cancel)
    {
        await MeasureAsync("COCO 1.0", "coco", "< 30", new MadeUpShapes(), figures, cancel);
        await MeasureAsync("CVAT for images 1.1", "cvat", "", new MadeUpShapes(), figures, cancel);
        await using var scene = await StoredScene.CreateAsync(MadeUpShapes.OfFrame, cancel);
        await using var stored = await scene.OpenAsync(cancel);
        await MeasureAsync("COCO 1.0", "coco.database", "< 30", stored, figures, cancel);
    }

    private static async Task MeasureAsync(string format, string name, string seconds, IDatasetSource source, Figures figures, CancellationToken cancel)
    {
        var file = Path.GetTempFileName();
        try
        {
            var watch = Stopwatch.StartNew();
            await using (var output = File.Create(file))
            {
                await DatasetFormats.FindExporter(format)!.Writer.WriteAsync(source, output, new DatasetWriteOptions(), new DatasetReport(), cancel);
            }

            figures.Add($"export.{name}.1m-shapes", watch.Elapsed.TotalSeconds, "s", seconds);
            using var process = Process.GetCurrentProcess();
            figures.Add($"export.{name}.peak-memory", process.PeakWorkingSet64 / Megabyte, "MB", "< 300");
            figures.Add($"export.{name}.file", new FileInfo(file).Length / Megabyte, "MB");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private sealed class MadeUpShapes : IDatasetSource
    {
        public DatasetInfo Info { get; } = new()
        {
            Labels = [.. Enumerable.Range(0, 20).Select(number => new DatasetLabel { Name = $"label {number}" })],
        };

        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            for (var frame = 0; frame < Frames; frame++)
            {
                cancel.ThrowIfCancellationRequested();
                yield return new DatasetItem
                {
                    Frame = frame,
                    Name = $"images/{frame:D6}.jpg",
                    Width = 1920,
                    Height = 1080,
                    Shapes = [.. OfFrame(frame)],
                };
            }
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public static IEnumerable<DatasetShape> OfFrame(int frame)
        {
            var random = new Random(frame);
            return Enumerable.Range(0, ShapesOfFrame).Select(number => Shape(number, random));
        }

        private static DatasetShape Shape(int number, Random random)
        {
            var (x, y, radius) = (random.NextDouble() * 1700, random.NextDouble() * 900, 20 + random.NextDouble() * 80);
            return number % 5 > 0
                ? new DatasetShape { Kind = ShapeKind.Rectangle, Label = $"label {number % 20}", Points = [x, y, x + radius, y + radius] }
                : new DatasetShape { Kind = ShapeKind.Polygon, Label = $"label {number % 20}", Points = Ring(x + radius, y + radius, radius) };
        }

        private static double[] Ring(double x, double y, double radius)
        {
            var points = new double[24];
            for (var corner = 0; corner < 12; corner++)
            {
                var (sin, cos) = Math.SinCos(corner * Math.PI / 6);
                (points[corner * 2], points[corner * 2 + 1]) = (x + radius * cos, y + radius * sin);
            }

            return points;
        }
    }
}
