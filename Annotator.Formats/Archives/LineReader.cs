using System.Text;

namespace Annotator.Formats.Archives;

/// <summary>Reads a text file line by line; a line longer than one token may be is refused before it is in memory.</summary>
internal static class LineReader
{
    /// <exception cref="DatasetException">A line has more than <see cref="DatasetLimits.MaxTokenBytes"/> characters.</exception>
    public static IEnumerable<string> Lines(DatasetArchive archive, DatasetArchiveEntry file) =>
        Lines(archive.Open(file), file.Path, archive.Limits);

    /// <param name="content">Closed at the end.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="DatasetException">A line has more than <see cref="DatasetLimits.MaxTokenBytes"/> characters.</exception>
    public static IEnumerable<string> Lines(Stream content, string path, DatasetLimits limits)
    {
        using var reader = new StreamReader(content);
        var line = new StringBuilder();
        var buffer = new char[8192];
        int read;
        while ((read = reader.Read(buffer)) > 0)
        {
            var rest = buffer.AsMemory(0, read);
            int end;
            while ((end = rest.Span.IndexOf('\n')) >= 0)
            {
                line.Append(rest.Span[..end]);
                yield return line.ToString().TrimEnd('\r');
                line.Clear();
                rest = rest[(end + 1)..];
            }

            line.Append(rest.Span);
            if (line.Length > limits.MaxTokenBytes)
            {
                throw new DatasetException("line-too-long", $"{path} has a line of more than {limits.MaxTokenBytes} characters.");
            }
        }

        if (line.Length > 0)
        {
            yield return line.ToString().TrimEnd('\r');
        }
    }
}
