using System.Text;

namespace Annotator.Formats.Archives;

/// <summary>Reads a text file line by line; a line longer than one token may be is refused before it is in memory.</summary>
internal static class LineReader
{
    /// <exception cref="DatasetException">A line has more than <see cref="DatasetLimits.MaxTokenBytes"/> characters.</exception>
    public static IEnumerable<string> Lines(DatasetArchive archive, DatasetArchiveEntry file)
    {
        using var reader = new StreamReader(archive.Open(file));
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
            if (line.Length > archive.Limits.MaxTokenBytes)
            {
                throw new DatasetException("line-too-long", $"{file.Path} has a line of more than {archive.Limits.MaxTokenBytes} characters.");
            }
        }

        if (line.Length > 0)
        {
            yield return line.ToString().TrimEnd('\r');
        }
    }
}
