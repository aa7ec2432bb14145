namespace Annotator.Media;

/// <summary>The image formats that we read.</summary>
public enum ImageFormat
{
    Jpeg,
    Png,
    WebP,
    Bmp,
    Tiff,
    Gif,
    Avif,
}

/// <summary>Tells formats apart by content. A file's name says nothing.</summary>
public static class ImageFormats
{
    private const int HeadLength = 512;

    public static string ContentTypeOf(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "image/jpeg",
        ImageFormat.Png => "image/png",
        ImageFormat.WebP => "image/webp",
        ImageFormat.Bmp => "image/bmp",
        ImageFormat.Tiff => "image/tiff",
        ImageFormat.Gif => "image/gif",
        ImageFormat.Avif => "image/avif",
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>Reads the head of a seekable stream and goes back to its start.</summary>
    /// <exception cref="UnreadableImageException">It is something else; the reason names what, where that can be told.</exception>
    public static ImageFormat Detect(Stream content)
    {
        content.Position = 0;
        var buffer = new byte[HeadLength];
        var head = buffer.AsSpan(0, content.ReadAtLeast(buffer, HeadLength, throwOnEndOfStream: false));
        content.Position = 0;
        return Of(head) ?? throw new UnreadableImageException(WhatElse(head));
    }

    private static ImageFormat? Of(ReadOnlySpan<byte> head) => head switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', (byte)'7' or (byte)'9', (byte)'a', ..] => ImageFormat.Gif,
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..] => ImageFormat.Tiff,
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', (byte)'a', (byte)'v', (byte)'i', (byte)'f' or (byte)'s', ..] => ImageFormat.Avif,
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => ImageFormat.Bmp,
        _ => null,
    };

    private static string WhatElse(ReadOnlySpan<byte> head)
    {
        const string wanted = "JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF";
        if (head.IsEmpty)
        {
            return "is empty (0 bytes)";
        }

        var text = System.Text.Encoding.Latin1.GetString(head).TrimStart('\uFEFF', 'ï', '»', '¿', ' ', '\t', '\r', '\n');
        return text switch
        {
            _ when text.StartsWith("%PDF", StringComparison.Ordinal) => $"is a PDF document, where a picture is needed; save its pages as {wanted}",
            _ when text.Contains("<svg", StringComparison.OrdinalIgnoreCase) => $"is an SVG drawing, which may hold scripts; save it as {wanted}",
            _ when text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase)
                || text.Contains("<html", StringComparison.OrdinalIgnoreCase) => "is a web page (HTML), no image",
            _ when text.StartsWith('<') => "is an XML or HTML file, no image",
            _ when text.StartsWith("PK", StringComparison.Ordinal) => "is an archive, no image",
            _ when text.StartsWith("RIFF", StringComparison.Ordinal) || text.StartsWith("\u001AEß£", StringComparison.Ordinal) => "is a video or a sound, no image",
            _ when text.Length > 11 && text[4..8] == "ftyp" => $"is a video or a HEIC photo, which cannot be read here; save it as {wanted}",
            _ => $"is no image that can be read ({wanted})",
        };
    }
}
