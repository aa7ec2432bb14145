using System.Globalization;
using Annotator.Formats.Archives;

namespace Annotator.Formats.Yolo;

/// <summary>Tells the formats of the YOLO family from others by their rows, and from each other by the rows' lengths.</summary>
internal static class YoloMatch
{
    private const int Box = 5;
    private const int BoxWithScore = 6;
    private const int Turned = 9;
    private const int FewestForPolygon = 7;
    private const int RowsPerFile = 50;
    private const double Tolerance = 1e-3;

    private static readonly string[] _lists = ["classes.txt", "train.txt", "val.txt", "valid.txt", "test.txt", "readme.txt", "requirements.txt"];

    public static async ValueTask<FormatMatch> OfAsync(DatasetArchive archive, YoloKind kind, CancellationToken cancel)
    {
        var (yaml, pose) = await YamlAsync(archive, cancel);
        var darknet = archive.Entries.Any(entry => ArchiveProbe.Has(entry, ".names", ".labels") || ArchiveProbe.FileName(entry) == "obj.data");
        if (pose || kind == YoloKind.Pose)
        {
            return pose && kind == YoloKind.Pose ? FormatMatch.Certain : FormatMatch.None;
        }

        if (archive.Entries.Any(InPixels))
        {
            return kind == YoloKind.OrientedBoxes ? await PixelsAsync(archive, cancel) : FormatMatch.None;
        }

        var rows = new Rows();
        var placed = archive.Entries.Any(entry => IsRowFile(entry) && InLabels(entry));
        foreach (var entry in archive.Entries.Where(entry => IsRowFile(entry) && InLabels(entry) == placed).Take(ArchiveProbe.Files))
        {
            foreach (var line in (await ArchiveProbe.LinesAsync(archive, entry, cancel)).Take(RowsPerFile))
            {
                rows.Add(line);
            }
        }

        if (rows.Bad > rows.Count)
        {
            return FormatMatch.None;
        }

        if (rows.Count == 0)
        {
            return kind == YoloKind.Darknet && darknet || kind != YoloKind.Darknet && yaml
                ? kind is YoloKind.Darknet or YoloKind.Detection ? FormatMatch.Likely : FormatMatch.Possible
                : FormatMatch.None;
        }

        return kind switch
        {
            YoloKind.Darknet => !rows.OnlyBoxes ? FormatMatch.None : darknet ? FormatMatch.Certain : yaml ? FormatMatch.Possible : FormatMatch.Likely,
            YoloKind.Detection => !rows.OnlyBoxes ? FormatMatch.None : yaml ? FormatMatch.Certain : darknet ? FormatMatch.Possible : FormatMatch.Likely,
            YoloKind.OrientedBoxes => !rows.OnlyTurned ? FormatMatch.None : rows.Parallel && yaml ? FormatMatch.Certain : FormatMatch.Likely,
            YoloKind.Segmentation => rows.OnlyTurned || rows.OnlyBoxes ? FormatMatch.Possible : yaml ? FormatMatch.Certain : FormatMatch.Likely,
            _ => FormatMatch.None,
        };
    }

    private static async ValueTask<FormatMatch> PixelsAsync(DatasetArchive archive, CancellationToken cancel)
    {
        foreach (var entry in archive.Entries.Where(InPixels).Take(ArchiveProbe.Files))
        {
            if ((await ArchiveProbe.LinesAsync(archive, entry, cancel)).Take(RowsPerFile).Any(line => DotaRow.Read(line, out _) is not null))
            {
                return FormatMatch.Certain;
            }
        }

        return FormatMatch.Possible;
    }

    private static bool InPixels(DatasetArchiveEntry entry) =>
        ArchiveProbe.Has(entry, ".txt") && (entry.Path.StartsWith("labelTxt/", StringComparison.OrdinalIgnoreCase) || entry.Path.Contains("/labelTxt/", StringComparison.OrdinalIgnoreCase));

    private static async ValueTask<(bool Names, bool Pose)> YamlAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var (names, pose) = (false, false);
        foreach (var entry in ArchiveProbe.OfKind(archive, ".yaml", ".yml").Where(entry => !entry.IsBare || ArchiveProbe.Has(entry, ".yaml", ".yml")))
        {
            foreach (var line in await ArchiveProbe.LinesAsync(archive, entry, cancel))
            {
                names |= line.StartsWith("names:", StringComparison.Ordinal);
                pose |= line.StartsWith("kpt_shape:", StringComparison.Ordinal);
            }
        }

        return (names, pose);
    }

    private static bool IsRowFile(DatasetArchiveEntry entry) =>
        ArchiveProbe.Has(entry, ".txt") && (InLabels(entry) || !_lists.Contains(ArchiveProbe.FileName(entry), StringComparer.OrdinalIgnoreCase));

    private static bool InLabels(DatasetArchiveEntry entry) =>
        entry.Path.Split('/')[..^1].Any(segment => segment.Equals("labels", StringComparison.OrdinalIgnoreCase) || segment.Equals("annotations", StringComparison.OrdinalIgnoreCase) || (segment.StartsWith("obj_", StringComparison.Ordinal) && segment.EndsWith("_data", StringComparison.Ordinal)));

    /// <summary>What the rows that were looked at have in common.</summary>
    private sealed class Rows
    {
        private int _parallel;

        public int Count { get; private set; }

        /// <summary>Lines that are no row of any kind.</summary>
        public int Bad { get; private set; }
        public bool OnlyBoxes { get; private set; } = true;
        public bool OnlyTurned { get; private set; } = true;

        /// <summary>
        /// Opposite sides are equal in most of them, which stays so whatever the image's size; a box cut at the edge loses it.
        /// </summary>
        public bool Parallel => _parallel * 2 >= Count;

        public void Add(string line)
        {
            var fields = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (Numbers(fields) is not { } numbers)
            {
                Bad++;
                return;
            }

            Count++;
            OnlyBoxes &= fields.Length is Box or BoxWithScore;
            OnlyTurned &= fields.Length == Turned;
            _parallel += fields.Length == Turned
                && Math.Abs(numbers[0] + numbers[4] - numbers[2] - numbers[6]) < Tolerance
                && Math.Abs(numbers[1] + numbers[5] - numbers[3] - numbers[7]) < Tolerance ? 1 : 0;
        }

        /// <summary>What follows the class; null when it is no row.</summary>
        private static double[]? Numbers(string[] fields)
        {
            if (fields.Length is not (Box or BoxWithScore or >= FewestForPolygon) || !int.TryParse(fields[0], NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                return null;
            }

            var numbers = new double[fields.Length - 1];
            for (var i = 0; i < numbers.Length; i++)
            {
                if (!double.TryParse(fields[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i]) || !double.IsFinite(numbers[i]))
                {
                    return null;
                }
            }

            return numbers;
        }
    }
}
