using System.Globalization;
using Annotator.Formats.Archives;

namespace Annotator.Formats.LabelMe;

/// <summary>One object of a LabelMe file as it stands there; texts are trimmed.</summary>
internal sealed class LabelMeObject
{
    public string Name { get; set; } = "";
    public string Id { get; set; } = "";
    public bool Deleted { get; set; }
    public bool Occluded { get; set; }
    public bool IsBox { get; set; }
    public string Attributes { get; set; } = "";
    public string UserName { get; set; } = "";

    /// <summary>Ids of the objects that are its parts.</summary>
    public string[] Parts { get; set; } = [];

    /// <summary>The id of the object that it is a part of; empty when it is none's.</summary>
    public string Whole { get; set; } = "";

    /// <summary>x, y pairs; null when one is no number.</summary>
    public List<double>? Points { get; set; } = [];

    /// <summary>The file name of its mask; empty when it has none.</summary>
    public string Mask { get; set; } = "";
}

/// <summary>A LabelMe file: what it says of one image.</summary>
internal sealed class LabelMeFile
{
    public string FileName { get; private set; } = "";
    public int Width { get; private set; }
    public int Height { get; private set; }
    public List<LabelMeObject> Objects { get; } = [];

    /// <summary>Null when the file's root is another.</summary>
    /// <exception cref="DatasetException">Damaged.</exception>
    public static LabelMeFile? Read(DatasetArchive archive, DatasetArchiveEntry entry)
    {
        using var xml = new SafeXml(archive.Open(entry), entry.Path, archive.Limits);
        while (xml.Read())
        {
            if (xml.IsStart)
            {
                break;
            }
        }

        if (xml.Name != "annotation")
        {
            return null;
        }

        var file = new LabelMeFile();
        while (xml.ReadChild(0))
        {
            switch (xml.Name)
            {
                case "filename":
                    file.FileName = Text(xml);
                    break;
                case "imagesize":
                    file.ReadSize(xml);
                    break;
                case "object":
                    file.Objects.Add(ReadObject(xml));
                    break;
                default:
                    break;
            }
        }

        return file;
    }

    private void ReadSize(SafeXml xml)
    {
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            var name = xml.Name;
            var pixels = Number(Text(xml)) is > 0 and <= int.MaxValue and var number ? (int)number : 0;
            if (name == "nrows")
            {
                Height = pixels;
            }
            else if (name == "ncols")
            {
                Width = pixels;
            }
        }
    }

    private static LabelMeObject ReadObject(SafeXml xml)
    {
        var read = new LabelMeObject();
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            switch (xml.Name)
            {
                case "name":
                    read.Name = Text(xml);
                    break;
                case "id":
                    read.Id = Text(xml);
                    break;
                case "deleted":
                    read.Deleted = Text(xml) == "1";
                    break;
                case "occluded":
                    read.Occluded = Text(xml).Equals("yes", StringComparison.OrdinalIgnoreCase);
                    break;
                case "type":
                    read.IsBox = Text(xml) == "bounding_box";
                    break;
                case "attributes":
                    read.Attributes = Text(xml);
                    break;
                case "parts":
                    ReadParts(xml, read);
                    break;
                case "polygon" or "segm":
                    ReadForm(xml, read);
                    break;
                default:
                    break;
            }
        }

        return read;
    }

    private static void ReadParts(SafeXml xml, LabelMeObject read)
    {
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            if (xml.Name == "hasparts")
            {
                read.Parts = Text(xml).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            }
            else if (xml.Name == "ispartof")
            {
                read.Whole = Text(xml);
            }
        }
    }

    private static void ReadForm(SafeXml xml, LabelMeObject read)
    {
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            switch (xml.Name)
            {
                case "pt":
                    ReadPoint(xml, read);
                    break;
                case "username":
                    read.UserName = Text(xml);
                    break;
                case "mask":
                    read.Mask = Text(xml);
                    break;
                default:
                    break;
            }
        }
    }

    private static void ReadPoint(SafeXml xml, LabelMeObject read)
    {
        double? x = null, y = null;
        var depth = xml.Depth;
        while (xml.ReadChild(depth))
        {
            if (xml.Name == "x")
            {
                x = Number(Text(xml));
            }
            else if (xml.Name == "y")
            {
                y = Number(Text(xml));
            }
        }

        if (x is { } left && y is { } top)
        {
            read.Points?.AddRange([left, top]);
        }
        else
        {
            read.Points = null;
        }
    }

    /// <summary>LabelMe's own files have line ends within their texts.</summary>
    private static string Text(SafeXml xml) => xml.ReadText().Trim();

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
