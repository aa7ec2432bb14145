using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Annotator.Media.Video;

/// <summary>Reads the header of a video.</summary>
public sealed class VideoProbe(FfmpegTools tools, VideoLimits limits)
{
    private const int MaxAnswerBytes = 1 << 20;
    private const int MaxChapters = 1000;
    private const int MaxTitle = 250;

    /// <summary>What a file without an average says beyond this is the unit of its clock.</summary>
    private const int MostLikelyRate = 240;

    /// <param name="path">A local file at a place that we chose.</param>
    /// <exception cref="UnreadableVideoException">No video, damaged, or over a limit.</exception>
    public async Task<VideoFacts> ProbeAsync(string path, CancellationToken cancel)
    {
        string[] asked =
        [
            "-v", "error", .. FfmpegProcess.InputOptions(limits), "-select_streams", "V:0", "-of", "json", "-show_data", "-show_chapters", "-show_entries",
            "chapter=start_time,end_time:chapter_tags=title:stream=codec_name,codec_tag_string,extradata,field_order,pix_fmt,width,height,sample_aspect_ratio,avg_frame_rate,r_frame_rate,time_base,duration,nb_frames,has_b_frames:stream_side_data=rotation:stream_tags=rotate:format=format_name,duration",
            path,
        ];
        await using var process = FfmpegProcess.Start(tools.Ffprobe, asked, limits, limits.ProbeTimeout, cancel);
        using var answer = new MemoryStream();
        await CopyAsync(process.Output, answer, cancel);
        await process.FinishAsync();
        answer.Position = 0;
        using var json = await JsonDocument.ParseAsync(answer, default, cancel);
        return Facts(json.RootElement);
    }

    private static async Task CopyAsync(Stream from, MemoryStream to, CancellationToken cancel)
    {
        var buffer = new byte[16384];
        int read;
        while ((read = await from.ReadAsync(buffer, cancel)) > 0 && to.Length < MaxAnswerBytes)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancel);
        }
    }

    private VideoFacts Facts(JsonElement root)
    {
        if (!root.TryGetProperty("streams", out var streams) || streams.GetArrayLength() == 0)
        {
            throw new UnreadableVideoException("holds no video");
        }

        var (stream, format) = (streams[0], root.GetProperty("format"));
        var (width, height) = (Whole(stream, "width"), Whole(stream, "height"));
        if (width is <= 0 or > int.MaxValue || height is <= 0 or > int.MaxValue || Text(stream, "pix_fmt") is not { Length: > 0 } pixels)
        {
            throw new UnreadableVideoException("has no picture that can be decoded");
        }

        if (width * height > limits.MaxPixels)
        {
            throw new UnreadableVideoException($"is {width} × {height} pixels; the limit is {limits.MaxPixels / 1_000_000} megapixels");
        }

        var rotation = Rotation(stream);
        var turned = rotation is 90 or 270;
        var duration = Number(stream, "duration");
        return new VideoFacts
        {
            Codec = Text(stream, "codec_name") ?? "unknown",
            PixelFormat = pixels,
            Container = Text(format, "format_name") ?? "",
            Width = (int)(turned ? height : width),
            Height = (int)(turned ? width : height),
            Rotation = rotation,
            PixelAspect = Text(stream, "sample_aspect_ratio") is { } aspect && aspect is not ("0:1" or "N/A") ? aspect : "1:1",
            TimeBase = Ratio(Text(stream, "time_base")) is { Denominator: > 0, Numerator: > 0 } unit
                ? unit : throw new UnreadableVideoException("has no time stamps"),
            FrameRate = Rate(stream, "avg_frame_rate") is > 0 and var average ? average : Rate(stream, "r_frame_rate") is > 0 and <= MostLikelyRate and var regular ? regular : 0,
            Duration = duration > 0 ? duration : Number(format, "duration"),
            PromisedFrames = Whole(stream, "nb_frames"),
            Reordered = Whole(stream, "has_b_frames") > 0,
            CodecTag = Text(stream, "codec_tag_string") ?? "",
            Progressive = Text(stream, "field_order") is null or "progressive" or "unknown",
            DecoderData = Bytes(Text(stream, "extradata") ?? ""),
            Chapters = Chapters(root),
        };
    }

    /// <summary>ffprobe prints bytes as lines of an address, groups of hexadecimal digits, and letters after two spaces.</summary>
    private static byte[] Bytes(string dump)
    {
        var digits = new StringBuilder();
        foreach (var line in dump.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var start = line.IndexOf(": ", StringComparison.Ordinal) + 2;
            var end = start < 2 ? -1 : line.IndexOf("  ", start, StringComparison.Ordinal);
            digits.Append((end < 0 ? "" : line[start..end]).Replace(" ", "", StringComparison.Ordinal));
        }

        try
        {
            return Convert.FromHexString(digits.ToString());
        }
        catch (FormatException)
        {
            return [];
        }
    }

    private static List<VideoFacts.Chapter> Chapters(JsonElement root)
    {
        var chapters = new List<VideoFacts.Chapter>();
        if (root.TryGetProperty("chapters", out var list))
        {
            foreach (var chapter in list.EnumerateArray().Take(MaxChapters))
            {
                var title = chapter.TryGetProperty("tags", out var tags) ? Text(tags, "title") ?? "" : "";
                chapters.Add(new VideoFacts.Chapter(Number(chapter, "start_time"), Number(chapter, "end_time"), title[..Math.Min(title.Length, MaxTitle)]));
            }
        }

        return chapters;
    }

    /// <summary>Newer programs tell the display matrix, counter-clockwise; older ones a tag, clockwise.</summary>
    private static int Rotation(JsonElement stream)
    {
        var degrees = 0.0;
        if (stream.TryGetProperty("side_data_list", out var list))
        {
            foreach (var data in list.EnumerateArray().Where(data => data.TryGetProperty("rotation", out _)))
            {
                degrees = -Number(data, "rotation");
            }
        }
        else if (stream.TryGetProperty("tags", out var tags))
        {
            degrees = Number(tags, "rotate");
        }

        return double.IsFinite(degrees) ? (int)(((Math.Round(degrees / 90) * 90 % 360) + 360) % 360) : 0;
    }

    private static string? Text(JsonElement from, string name) =>
        from.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Whole(JsonElement from, string name) => (long)Math.Clamp(Number(from, name), 0, 1e15);

    private static double Number(JsonElement from, string name) => !from.TryGetProperty(name, out var value) ? 0
        : value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : value.ValueKind == JsonValueKind.String && double.TryParse(value.GetString(), CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : 0;

    private static double Rate(JsonElement stream, string name) =>
        Ratio(Text(stream, name)) is { Denominator: > 0 } rate ? (double)rate.Numerator / rate.Denominator : 0;

    private static (int Numerator, int Denominator) Ratio(string? text)
    {
        var parts = (text ?? "").Split('/');
        return parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var numerator)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var denominator) ? (numerator, denominator) : (0, 0);
    }
}
