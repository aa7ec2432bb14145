using System.Globalization;
using System.Text;
using System.Xml;

namespace Annotator.Formats.Archives;

/// <summary>
/// The one way in which XML from outside is read: forward only, no document type, nothing resolved, bounded in depth, in
/// length and in the size of any one tag or text. Every fault is a <see cref="DatasetException"/> with line and column.
/// </summary>
public sealed class SafeXml : IDisposable
{
    private readonly XmlReader _reader;
    private readonly string _path;
    private readonly int _maxDepth;

    /// <summary>Old tools write the code page of their machine, such as <c>windows-1252</c>, and say so.</summary>
    static SafeXml() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <param name="content">Owned by the reader from now on.</param>
    /// <param name="path">The file's name, for messages.</param>
    public SafeXml(Stream content, string path, DatasetLimits limits)
    {
        _path = path;
        _maxDepth = limits.MaxDepth;
        _reader = XmlReader.Create(new TokenLimitStream(content, path, limits.MaxTokenBytes), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = limits.MaxDocumentBytes,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            IgnoreWhitespace = true,
            CloseInput = true,
        });
    }

    /// <summary>The local name of the current element; empty at the end of the document.</summary>
    public string Name => _reader.NodeType is XmlNodeType.Element or XmlNodeType.EndElement ? _reader.LocalName : "";

    public bool IsStart => _reader.NodeType == XmlNodeType.Element;

    /// <summary>Elements around the current one.</summary>
    public int Depth => _reader.Depth;

    /// <summary>Where the reader stands, such as <c>a.xml line 3</c>.</summary>
    public string Place => _reader is IXmlLineInfo line && line.HasLineInfo()
        ? string.Create(CultureInfo.InvariantCulture, $"{_path} line {line.LineNumber}")
        : _path;

    /// <summary>The attribute's value, or null when the current element has none of the name.</summary>
    public string? this[string attribute] => _reader.GetAttribute(attribute);

    /// <summary>Moves to the next node; false at the end of the document.</summary>
    public bool Read()
    {
        try
        {
            var more = _reader.Read();
            return _reader.Depth <= _maxDepth
                ? more
                : throw new DatasetException("xml-too-deep", $"{Place}: elements are nested deeper than {_maxDepth}.");
        }
        catch (XmlException error)
        {
            throw Damaged(error);
        }
    }

    /// <summary>
    /// Moves to the next child element of the element at <paramref name="depth"/>; false once that element has ended. Call
    /// it with the reader on the parent's start tag, or behind the child before.
    /// </summary>
    public bool ReadChild(int depth)
    {
        if (_reader.Depth == depth && (_reader.NodeType == XmlNodeType.EndElement || (IsStart && _reader.IsEmptyElement)))
        {
            return false;
        }

        while (Read())
        {
            if (_reader.Depth == depth && _reader.NodeType == XmlNodeType.EndElement)
            {
                return false;
            }

            if (IsStart && _reader.Depth == depth + 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The text of the current element, children left out; the reader then stands on its end.</summary>
    public string ReadText()
    {
        if (!IsStart || _reader.IsEmptyElement)
        {
            return "";
        }

        var depth = _reader.Depth;
        var text = "";
        while (Read() && !(_reader.Depth == depth && _reader.NodeType == XmlNodeType.EndElement))
        {
            if (_reader.Depth == depth + 1 && _reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
            {
                var part = Value();
                text = text.Length == 0 ? part : text + part;
            }
        }

        return text;
    }

    public void Dispose() => _reader.Dispose();

    private string Value()
    {
        try
        {
            return _reader.Value;
        }
        catch (XmlException error)
        {
            throw Damaged(error);
        }
    }

    private DatasetException Damaged(XmlException error)
    {
        return error.Message.Contains("DTD", StringComparison.Ordinal)
            ? new DatasetException("xml-document-type", $"{_path} declares a document type (DOCTYPE), which is not read for safety; take the line out.", error)
            : new DatasetException("xml-damaged", $"{_path} cannot be read as XML: {error.Message}", error);
    }
}
