using Annotator.Formats.Archives;
using Annotator.Formats.Model;

namespace Annotator.Formats.Mot;

/// <summary>MOT 1.1: boxes of clips, as lines of a frame, a track, a place and a class. Several clips lie in a folder each.</summary>
public sealed class MotReader : IDatasetReader
{
    public async ValueTask<FormatMatch> MatchAsync(DatasetArchive archive, CancellationToken cancel)
    {
        var file = archive.Entries.FirstOrDefault(entry => EntryPaths.EndsIn(entry.Path, "gt/gt.txt"))
            ?? archive.Entries.FirstOrDefault(entry => EntryPaths.EndsIn(entry.Path, "det/det.txt"))
            ?? archive.Entries.FirstOrDefault(entry => EntryPaths.FileName(entry.Path) is "gt.txt" or "det.txt" || archive.Entries.Count == 1);
        if (file is null)
        {
            return FormatMatch.None;
        }

        var lines = (await ArchiveProbe.LinesAsync(archive, file, cancel)).Take(3).ToList();
        var boxes = lines.Count > 0 && lines.TrueForAll(line => line.Count(letter => letter == ',') is >= 5 and <= 9 && MotRow.Parse(line, out _) is not null);
        var place = EntryPaths.EndsIn(file.Path, "gt/gt.txt") || EntryPaths.EndsIn(file.Path, "det/det.txt");
        return (boxes, place) switch
        {
            (true, true) => FormatMatch.Certain,
            (true, false) => FormatMatch.Likely,
            (false, true) when lines.Count == 0 && file.Length == 0 => FormatMatch.Likely,
            _ => FormatMatch.None,
        };
    }

    public Task<IDatasetSource> OpenAsync(DatasetArchive archive, DatasetReadOptions options, DatasetReport report, CancellationToken cancel)
    {
        var files = MotFile.Find(archive, report);
        if (files.Count == 0)
        {
            throw new DatasetException("mot-no-annotations", "No file gt/gt.txt or det/det.txt with boxes was found.");
        }

        var labels = MotLabels.Read(archive, report);
        var clips = new Clips();
        try
        {
            foreach (var file in files)
            {
                clips.Add(new MotSequence(archive, file, labels, clips.Tracks, options, report, cancel));
            }
        }
        catch
        {
            clips.Dispose();
            throw;
        }

        if (clips.Unread)
        {
            clips.Dispose();
            throw new DatasetException("mot-no-annotations", $"{files[0].Boxes.Path} has no line of frame, track, left, top, width, height.");
        }

        report.Count("track", clips.Tracks);
        var info = new DatasetInfo { Labels = [.. labels.Names.Where(name => name.Length > 0).Distinct().Select(name => new DatasetLabel { Name = name })] };
        return Task.FromResult<IDatasetSource>(new ItemsSource(info, clips.Items, clips.ReadTracks, clips));
    }

    private sealed class Clips : IDisposable
    {
        private readonly List<MotSequence> _clips = [];

        public int Tracks { get; private set; }

        /// <summary>Whether there were lines, and none of them was of the format.</summary>
        public bool Unread => _clips.TrueForAll(clip => clip.Unread);

        public void Add(MotSequence clip)
        {
            _clips.Add(clip);
            Tracks += clip.Tracks;
        }

        public IEnumerable<DatasetItem> Items() => _clips.SelectMany(clip => clip.Items());

        public IEnumerable<DatasetTrack> ReadTracks() => _clips.SelectMany(clip => clip.ReadTracks());

        public void Dispose() => _clips.ForEach(clip => clip.Dispose());
    }
}
