using System.Buffers;
using System.Globalization;
using System.Text;
using Annotator.Formats.Model;

namespace Annotator.Formats.Voc;

/// <summary>
/// Writes an image's file of annotations as UTF-8 text. There are as many files as images, so that a general writer for each
/// would cost more than the text.
/// </summary>
internal sealed class VocText(DatasetReport report)
{
    private static readonly SearchValues<char> _special = SearchValues.Create(
        "&<>\r\0\u0001\u0002\u0003\u0004\u0005\u0006\u0007\u0008\u000B\u000C\u000E\u000F\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001A\u001B\u001C\u001D\u001E\u001F\uFFFE\uFFFF");

    private readonly ArrayBufferWriter<byte> _text = new(16 << 10);

    public ReadOnlyMemory<byte> Written => _text.WrittenMemory;

    /// <summary>Begins a file; what was written before is gone.</summary>
    public void Start(string name, DatasetItem item, bool segmented)
    {
        _text.ResetWrittenCount();
        var underscore = name.IndexOf('_', StringComparison.Ordinal);
        Raw("<annotation>\n  <folder>"u8);
        Text(underscore > 0 ? name[..underscore] : "");
        Raw("</folder>\n  <filename>"u8);
        Text(name);
        Raw("</filename>\n  <source>\n    <database>Unknown</database>\n    <annotation>Unknown</annotation>\n    <image>Unknown</image>\n  </source>\n"u8);
        if (item.Width > 0 && item.Height > 0)
        {
            Raw("  <size>\n    <width>"u8);
            Number(item.Width);
            Raw("</width>\n    <height>"u8);
            Number(item.Height);
            Raw("</height>\n    <depth></depth>\n  </size>\n"u8);
        }

        Raw(segmented ? "  <segmented>1</segmented>\n"u8 : "  <segmented>0</segmented>\n"u8);
    }

    /// <param name="label">As the list of labels has it.</param>
    public void StartObject(string label, DatasetShape shape, bool oneBased)
    {
        Raw("  <object>\n    <name>"u8);
        Text(label);
        Raw("</name>\n"u8);
        if (shape.Attributes.TryGetValue("pose", out var pose) && pose.Length > 0)
        {
            Raw("    <pose>"u8);
            Text(pose);
            Raw("</pose>\n"u8);
        }

        Raw(IsTrue(shape, "truncated") ? "    <truncated>1</truncated>\n"u8 : "    <truncated>0</truncated>\n"u8);
        Raw(shape.Occluded ? "    <occluded>1</occluded>\n"u8 : "    <occluded>0</occluded>\n"u8);
        Raw(IsTrue(shape, "difficult") ? "    <difficult>1</difficult>\n"u8 : "    <difficult>0</difficult>\n"u8);
        var first = oneBased ? 1 : 0;
        Raw("    <bndbox>\n      <xmin>"u8);
        Coordinate(shape.Points[0] + first);
        Raw("</xmin>\n      <ymin>"u8);
        Coordinate(shape.Points[1] + first);
        Raw("</ymin>\n      <xmax>"u8);
        Coordinate(shape.Points[2]);
        Raw("</xmax>\n      <ymax>"u8);
        Coordinate(shape.Points[3]);
        Raw("</ymax>\n    </bndbox>\n    <attributes>\n"u8);
    }

    public void Attribute(string name, string value)
    {
        Raw("      <attribute>\n        <name>"u8);
        Text(name);
        Raw("</name>\n        <value>"u8);
        Text(value);
        Raw("</value>\n      </attribute>\n"u8);
    }

    public void Attribute(string name, double value)
    {
        Raw("      <attribute>\n        <name>"u8);
        Text(name);
        Raw("</name>\n        <value>"u8);
        Coordinate(value);
        Raw("</value>\n      </attribute>\n"u8);
    }

    public void EndObject() => Raw("    </attributes>\n  </object>\n"u8);

    public void End() => Raw("</annotation>\n"u8);

    private static bool IsTrue(DatasetShape shape, string attribute) =>
        shape.Attributes.TryGetValue(attribute, out var value) && value.Equals("true", StringComparison.OrdinalIgnoreCase);

    private void Raw(ReadOnlySpan<byte> bytes) => _text.Write(bytes);

    private void Number(int number)
    {
        number.TryFormat(_text.GetSpan(16), out var written, default, CultureInfo.InvariantCulture);
        _text.Advance(written);
    }

    /// <summary>In full, and with a point even where it is whole.</summary>
    private void Coordinate(double number)
    {
        var span = _text.GetSpan(32);
        number.TryFormat(span, out var written, default, CultureInfo.InvariantCulture);
        _text.Advance(written);
        if (span[..written].IndexOfAny("."u8[0], "E"u8[0]) < 0)
        {
            Raw(".0"u8);
        }
    }

    private void Text(string text)
    {
        var rest = text.AsSpan();
        int at;
        while ((at = rest.IndexOfAny(_special)) >= 0)
        {
            Encoding.UTF8.GetBytes(rest[..at], _text);
            switch (rest[at])
            {
                case '&':
                    Raw("&amp;"u8);
                    break;
                case '<':
                    Raw("&lt;"u8);
                    break;
                case '>':
                    Raw("&gt;"u8);
                    break;
                case '\r':
                    Raw("&#xD;"u8);
                    break;
                default:
                    Raw("\uFFFD"u8);
                    report.Repair("character-replaced", "Characters that XML cannot hold were replaced", "");
                    break;
            }

            rest = rest[(at + 1)..];
        }

        // Lone halves of pairs become the replacement character as they are encoded.
        Encoding.UTF8.GetBytes(rest, _text);
    }
}
