using System.Globalization;
using System.Text.Json;

namespace Annotator.Formats.Recognition;

/// <summary>The marks of files that no reader takes.</summary>
internal static class UnreadContent
{
    private const string AsCoco = "Export it there as COCO, which is read.";
    private const string Repack = "Unpack it, and send a zip or tar.gz archive or the folder.";

    private static readonly (byte[] Mark, string Says)[] _bytes =
    [
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "It is a 7z archive. " + Repack),
        ([.. "Rar!"u8], "It is a RAR archive. " + Repack),
        ([.. "BZh"u8], "It is packed with bzip2. " + Repack),
        ([0xFD, .. "7zXZ"u8], "It is packed with xz. " + Repack),
        ([0x28, 0xB5, 0x2F, 0xFD], "It is packed with Zstandard. " + Repack),
        ([.. "%PDF"u8], "It is a PDF document, not a dataset."),
        ([0x89, .. "HDF\r\n"u8], "It is an HDF5 file, which is not read."),
        ([.. "SQLite format 3"u8], "It is an SQLite database, which is not read."),
        ([.. "PAR1"u8], "It is a Parquet table, which is not read."),
        ([.. "MATLAB 5.0"u8], "It is a MATLAB file, which is not read; benchmarks mostly offer their annotations as text too."),
        ([0x93, .. "NUMPY"u8], "It is a NumPy array, which is not read."),
        ([0x80, 0x04, 0x95], "It is a Python pickle, which is never read: opening one runs what it says."),
        ([0x80, 0x03, 0x7D], "It is a Python pickle, which is never read: opening one runs what it says."),
        ([.. "version https://git-lfs"u8], "It is a Git LFS pointer, not the file itself. Fetch it with: git lfs pull"),
        ([.. "<!DOCTYPE html"u8], "It is a web page; perhaps a download asked for a sign-in."),
        ([.. "<html"u8], "It is a web page; perhaps a download asked for a sign-in."),
    ];

    /// <summary>Ends of keys' paths that one tool alone writes.</summary>
    private static readonly (string End, string Says)[] _keys =
    [
        ("_via_img_metadata", "It looks like a VGG Image Annotator (VIA) project. " + AsCoco),
        ("shape_attributes.name", "It looks like annotations of the VGG Image Annotator (VIA). " + AsCoco),
        ("shape_attributes.all_points_x[]", "It looks like annotations of the VGG Image Annotator (VIA). " + AsCoco),
        ("rectanglelabels", "It looks like Label Studio's JSON. Export it there as COCO, YOLO or Pascal VOC, which are read."),
        ("polygonlabels", "It looks like Label Studio's JSON. " + AsCoco),
        ("brushlabels", "It looks like Label Studio's JSON. " + AsCoco),
        ("keypointlabels", "It looks like Label Studio's JSON. " + AsCoco),
        ("completed_by", "It looks like Label Studio's JSON. " + AsCoco),
        ("classTitle", "It looks like a Supervisely project. " + AsCoco),
        ("geometryType", "It looks like a Supervisely project. " + AsCoco),
        ("data_row.id", "It looks like Labelbox's export. Convert it to COCO first, which is read."),
        ("Labeled Data", "It looks like Labelbox's export. Convert it to COCO first, which is read."),
        ("coordinates.x", "It looks like CreateML's JSON. " + AsCoco),
        ("box2d.x1", "It looks like BDD100K's or Scalabel's JSON, which is not read. Convert it to COCO first, which is read."),
        ("bounding_box.h", "It looks like V7 Darwin's JSON. " + AsCoco),
        ("imageGcsUri", "It looks like an import file of Google's Vertex AI, which is not read."),
        ("source-ref", "It looks like a manifest of Amazon's Ground Truth, which is not read. Convert it to COCO first, which is read."),
        ("video_id", "It looks like annotations of videos in the manner of YouTube-VIS, which are not read."),
        ("transcription", "It looks like texts in the JSON of the ICDAR challenges of 2019, which is not read; the ones in text files are."),
        ("_id.$oid", "It looks like a database's own dump, such as of the COCO Annotator. " + AsCoco),
    ];

    private static readonly (string Columns, string Says)[] _tables =
    [
        ("filename,file_size,file_attributes", "It looks like a table of the VGG Image Annotator (VIA). " + AsCoco),
        ("filename,width,height,class,xmin", "It looks like a table for TensorFlow's object detection, which is not read. Where it came from, COCO or Pascal VOC is mostly offered too."),
        ("image,xmin,ymin,xmax,ymax,label", "It looks like VoTT's table. Export it there as VoTT JSON or Pascal VOC, which are read."),
        ("pixel value,class", "It looks like Roboflow's masks with a table of classes, which are not read. Export it there as COCO Segmentation."),
        ("image_id,width,height,bbox,source", "It looks like a table of boxes as contests hand out, which is not read. Convert it to COCO first, which is read."),
    ];

    private static readonly Dictionary<string, string> _roots = new(StringComparer.Ordinal)
    {
        ["tagset"] = "It looks like the XML of ICDAR 2003 or of Street View Text, which is not read.",
        ["dataset"] = "It looks like dlib's imglab XML, which is not read. Convert it to Pascal VOC first, which is read.",
        ["PcGts"] = "It looks like PAGE XML of scanned text, which is not read.",
        ["alto"] = "It looks like ALTO XML of scanned text, which is not read.",
        ["tracklets"] = "It looks like KITTI's raw tracklets, which are in space and not read.",
        ["boost_serialization"] = "It looks like KITTI's raw tracklets, which are in space and not read.",
        ["sequence"] = "It looks like UA-DETRAC's XML, which is not read. Convert it to MOT first, which is read.",
    };

    public static string? OfBytes(ReadOnlySpan<byte> head, bool bare)
    {
        if (head is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
        {
            return "It is text in UTF-16, as some Windows programs save it. Save it as UTF-8.";
        }

        foreach (var (mark, says) in _bytes)
        {
            if (head.StartsWith(mark))
            {
                return says;
            }
        }

        return bare && (head.Length > 11 && head[4..8].SequenceEqual("ftyp"u8) || head is [0x1A, 0x45, 0xDF, 0xA3, ..])
            ? "It is a video, not a dataset."
            : null;
    }

    /// <summary>What is wrong with a whole file that should be JSON; null when nothing is, or when it is not meant to be.</summary>
    public static string? OfDamagedJson(ReadOnlyMemory<byte> whole)
    {
        var text = whole.Span.StartsWith("\uFEFF"u8) ? whole[3..] : whole;
        if (text.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..])
        {
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return null;
        }
        catch (JsonException error)
        {
            return string.Create(CultureInfo.InvariantCulture, $"It is damaged JSON, from line {error.LineNumber + 1}, byte {error.BytePositionInLine} on; perhaps it was cut off, or holds an object on each line.");
        }
    }

    public static string? OfJson(IReadOnlySet<string> keys)
    {
        foreach (var (end, says) in _keys)
        {
            foreach (var key in keys)
            {
                if (key.EndsWith(end, StringComparison.Ordinal) && (key.Length == end.Length || key[^(end.Length + 1)] is '.' or ']'))
                {
                    return says;
                }
            }
        }

        return keys.Contains("images") || keys.Contains("annotations")
            ? "It has images or annotations, but not in the form of COCO: an id for each image, and for each annotation an image_id."
            : null;
    }

    public static string? OfText(string name, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return null;
        }

        var columns = lines[0].Replace("\"", "", StringComparison.Ordinal).Replace(", ", ",", StringComparison.Ordinal);
        foreach (var (begin, says) in _tables)
        {
            if (columns.StartsWith(begin, StringComparison.OrdinalIgnoreCase))
            {
                return says;
            }
        }

        if (lines[0].StartsWith("# ", StringComparison.Ordinal) && lines.Count > 1 && lines[1].Count(letter => letter == ' ') >= 14)
        {
            return "It looks like RetinaFace's list of faces, which is not read; WIDER Face's own wider_face_split is.";
        }

        if (lines[0].Split(' ') is { Length: 17 or 18 } fields && fields[..2].All(field => int.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)) && fields[2].Length > 0 && char.IsAsciiLetter(fields[2][0]))
        {
            return "It looks like KITTI's tracking labels, a file for each sequence, which are not read; those of detection, a file for each image in label_2, are.";
        }

        if (lines[0].StartsWith("x: [[", StringComparison.Ordinal))
        {
            return "It looks like Total-Text's annotations, which are not read.";
        }

        if (name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            return "It is a table whose columns are those of no format that is read.";
        }

        return lines[0].StartsWith("{\"", StringComparison.Ordinal) && lines.Count > 1 && lines[1].StartsWith('{')
            ? "It has a JSON object on each line, which is not read."
            : null;
    }

    public static string? OfXml(string root) => _roots.GetValueOrDefault(root);
}
