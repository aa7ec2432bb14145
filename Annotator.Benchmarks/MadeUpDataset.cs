using System.Runtime.CompilerServices;
using Annotator.Formats;
using Annotator.Formats.Model;

namespace Annotator.Benchmarks;

/// <summary>
/// Frames of ten shapes, made while they are asked for, the same each time: boxes, or polygons of 12 points, with two decimals
/// as annotations have. <paramref name="watch"/> is called for each frame.
/// </summary>
internal sealed class MadeUpDataset(int frames, ShapeKind kind, Action<int> watch) : IDatasetSource
{
    public const int ShapesOfFrame = 10;
    public const int Width = 1920;
    public const int Height = 1080;

    private static readonly string[] _labels = [.. Enumerable.Range(0, 20).Select(number => $"label {number}")];

    public DatasetInfo Info { get; } = new()
    {
        Labels = [.. _labels.Select(name => new DatasetLabel { Name = name, Color = "#2080c0" })],
        Tasks = [new DatasetTask { Id = 1, Name = "made up", Size = frames, StopFrame = frames - 1 }],
    };

    public bool HasTracks => false;

    public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        for (var frame = 0; frame < frames; frame++)
        {
            cancel.ThrowIfCancellationRequested();
            watch(frame);
            var shapes = new DatasetShape[ShapesOfFrame];
            var random = new Random(frame);
            for (var i = 0; i < shapes.Length; i++)
            {
                shapes[i] = new DatasetShape { Kind = kind, Label = _labels[random.Next(_labels.Length)], Points = Points(random) };
            }

            yield return new DatasetItem { Frame = frame, Name = $"images/{frame:D6}.jpg", Width = Width, Height = Height, Shapes = shapes };
        }
    }

    public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.CompletedTask;
        yield break;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private double[] Points(Random random)
    {
        var (x, y, size) = (random.Next(0, 170_000), random.Next(0, 90_000), random.Next(2_000, 15_000));
        if (kind == ShapeKind.Rectangle)
        {
            return [x / 100.0, y / 100.0, (x + size) / 100.0, (y + size) / 100.0];
        }

        var points = new double[24];
        for (var corner = 0; corner < 12; corner++)
        {
            var (sin, cos) = Math.SinCos(corner * Math.PI / 6);
            points[corner * 2] = Math.Round((x + size * (1 + cos) / 2) / 100, 2);
            points[corner * 2 + 1] = Math.Round((y + size * (1 + sin) / 2) / 100, 2);
        }

        return points;
    }
}
