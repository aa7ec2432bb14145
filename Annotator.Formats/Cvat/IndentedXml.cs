using System.Text;
using System.Xml;

namespace Annotator.Formats.Cvat;

/// <summary>
/// XML as the contract's users know it: two spaces for each level, and an end tag on its own line even where nothing stands
/// before it.
/// </summary>
internal sealed class IndentedXml : IDisposable
{
    private const string Indent = "\n                                ";

    private readonly XmlWriter _writer;
    private int _depth;
    private bool _first = true;

    /// <param name="output">Left open.</param>
    public IndentedXml(Stream output)
    {
        _writer = XmlWriter.Create(output, new XmlWriterSettings
        {
            Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            NewLineHandling = NewLineHandling.Entitize,
            CloseOutput = false,
        });
        _writer.WriteProcessingInstruction("xml", "version=\"1.0\" encoding=\"utf-8\"");
    }

    /// <summary>How many characters were replaced because XML cannot hold them.</summary>
    public int Replaced { get; private set; }

    public void Start(string name)
    {
        NewLine();
        _writer.WriteStartElement(name);
        _depth++;
    }

    public void Attribute(string name, string value) => _writer.WriteAttributeString(name, Clean(value));

    /// <summary>Ends an element that holds elements, or nothing.</summary>
    public void End()
    {
        _depth--;
        NewLine();
        _writer.WriteFullEndElement();
    }

    /// <summary>Writes an element that holds text.</summary>
    public void Text(string name, string value)
    {
        NewLine();
        _writer.WriteStartElement(name);
        _writer.WriteString(Clean(value));
        _writer.WriteFullEndElement();
    }

    /// <summary>Writes an element that holds text and has one attribute.</summary>
    public void Text(string name, string attribute, string attributeValue, string value)
    {
        NewLine();
        _writer.WriteStartElement(name);
        Attribute(attribute, attributeValue);
        _writer.WriteString(Clean(value));
        _writer.WriteFullEndElement();
    }

    public void Flush() => _writer.Flush();

    public void Finish()
    {
        _writer.WriteWhitespace("\n");
        _writer.Flush();
    }

    public void Dispose() => _writer.Dispose();

    private void NewLine()
    {
        if (_first)
        {
            _writer.WriteWhitespace("\n");
            _first = false;
            return;
        }

        _writer.WriteWhitespace(Indent[..(1 + _depth * 2)]);
    }

    private string Clean(string text)
    {
        var allowed = true;
        for (var i = 0; i < text.Length && allowed; i++)
        {
            allowed = XmlConvert.IsXmlChar(text[i]);
        }

        if (allowed)
        {
            return text;
        }

        var cleaned = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (XmlConvert.IsXmlChar(text[i]))
            {
                cleaned.Append(text[i]);
            }
            else if (i + 1 < text.Length && XmlConvert.IsXmlSurrogatePair(text[i + 1], text[i]))
            {
                cleaned.Append(text[i]).Append(text[++i]);
            }
            else
            {
                cleaned.Append('\uFFFD');
                Replaced++;
            }
        }

        return cleaned.ToString();
    }
}
