namespace Annotator.Formats.Archives;

/// <summary>Reads the lists of labels that many formats have: a name a line.</summary>
internal static class LabelLists
{
    /// <summary>The names without blank lines at the end; empty when the archive has no such file.</summary>
    /// <exception cref="DatasetException">There are more than <see cref="DatasetLimits.MaxLabels"/>.</exception>
    public static List<string> Read(DatasetArchive archive, string fileName = "labels.txt")
    {
        var names = new List<string>();
        var file = archive.Entries.FirstOrDefault(entry => EntryPaths.FileName(entry.Path) == fileName);
        foreach (var line in file is null ? [] : LineReader.Lines(archive, file))
        {
            names.Add(line.Trim());
            if (names.Count > archive.Limits.MaxLabels)
            {
                throw new DatasetException("too-many-labels", $"{file!.Path}: there are more than {archive.Limits.MaxLabels} labels.");
            }
        }

        while (names.Count > 0 && names[^1].Length == 0)
        {
            names.RemoveAt(names.Count - 1);
        }

        return names;
    }
}
