using System.Globalization;
using System.Runtime.CompilerServices;
using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Yolo;

/// <summary>
/// Reads the text formats of the YOLO family. Numbers are fractions of the image's size: it is read out of the image where
/// the archive holds it; else the item waits for whoever knows it.
/// </summary>
public sealed class YoloReader(YoloKind kind) : IDatasetReader
{
    public ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel) => YoloMatch.OfAsync(archive, kind, cancel);

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var layout = new YoloLayout(archive, report, cancel);
        if (!layout.HasRows && layout.Names.Count == 0)
        {
            throw new DatasetException("yolo-no-annotations", "No file with the names of classes and none with rows of numbers was found.");
        }

        if (layout.Names.Count == 0 && !layout.InPixels)
        {
            report.Note("names-missing", "There is no list of names: classes are called by their numbers", "");
        }

        return Task.FromResult<IDatasetSource>(new Source(archive, layout, kind, report, cancel));
    }

    private sealed class Source(DatasetArchive archive, YoloLayout layout, YoloKind kind, DatasetReport report, CancellationToken cancel) : IDatasetSource
    {
        public DatasetInfo Info { get; } = new() { Labels = YoloLabels.Of(archive, layout, kind, cancel) };
        public bool HasTracks => false;

        public async IAsyncEnumerable<DatasetItem> ReadItemsAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            var rows = new YoloRows(kind, layout.Names, layout.Skeletons, report);
            foreach (var entry in layout.Entries)
            {
                cancel.ThrowIfCancellationRequested();
                yield return Read(entry, rows);
                report.Images++;
            }
        }

        public async IAsyncEnumerable<DatasetTrack> ReadTracksAsync([EnumeratorCancellation] CancellationToken cancel)
        {
            await Task.CompletedTask;
            yield break;
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private DatasetItem Read(YoloEntry entry, YoloRows rows)
        {
            var read = new List<YoloRow>();
            var pixels = new List<DatasetShape>();
            var number = 0;
            foreach (var line in entry.Rows is { } file ? layout.Lines(file) : [])
            {
                number++;
                if (entry.InPixels)
                {
                    ReadPixels(entry, line, number, pixels);
                }
                else if (rows.Read(line, string.Create(CultureInfo.InvariantCulture, $"{entry.Rows!.Path} line {number}")) is { } row)
                {
                    read.Add(row);
                    report.Count(row.Nodes is not null ? "skeleton" : row.IsBox || kind == YoloKind.OrientedBoxes ? "rectangle" : "polygon");
                }
            }

            var item = new DatasetItem
            {
                Name = entry.Name,
                Subset = entry.Subset,
                Shapes = pixels,
                OpenImage = entry.Image is { } image ? _ => Task.FromResult(archive.Open(image)) : null,
            };
            DatasetItem At(int width, int height) => item with
            {
                Width = width,
                Height = height,
                Shapes = [.. pixels, .. read.Select(row => row.At(width, height, kind == YoloKind.OrientedBoxes))],
            };

            if (SizeOf(entry) is { } size)
            {
                return At(size.Width, size.Height);
            }

            return read.Count == 0 ? item : item with { AtSize = At };
        }

        private void ReadPixels(YoloEntry entry, string line, int number, List<DatasetShape> shapes)
        {
            if (DotaRow.Read(line, out var flaw) is { } shape)
            {
                shapes.Add(shape);
                report.Count("rectangle");
            }
            else if (flaw.Length > 0)
            {
                report.Loss("row-invalid", "Rows that are not of the format were left out", string.Create(CultureInfo.InvariantCulture, $"{entry.Rows!.Path} line {number}: {flaw}"));
            }
        }

        private (int Width, int Height)? SizeOf(YoloEntry entry)
        {
            if (entry.Image is null)
            {
                return null;
            }

            using var content = archive.Open(entry.Image);
            return ImageSize.Read(content);
        }
    }
}
