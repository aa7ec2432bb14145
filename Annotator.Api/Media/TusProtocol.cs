using System.Globalization;
using System.Text;
using Annotator.Api.Errors;
using Annotator.Core.Media;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace Annotator.Api.Media;

/// <summary>The words of the TUS protocol 1.0.0 and what the contract adds to them.</summary>
internal static class TusProtocol
{
    public const string Version = "1.0.0";
    public const string ResumableHeader = "Tus-Resumable";
    public const string VersionHeader = "Tus-Version";
    public const string LengthHeader = "Upload-Length";
    public const string OffsetHeader = "Upload-Offset";
    public const string MetadataHeader = "Upload-Metadata";
    public const string FileNameHeader = "Upload-Filename";
    public const string ContentType = "application/offset+octet-stream";

    /// <summary>Whether a POST to an upload base begins a TUS upload.</summary>
    public static bool Begins(HttpRequest request) =>
        request.Headers.ContainsKey(ResumableHeader) || request.Headers.ContainsKey(LengthHeader);

    /// <summary>POST to the base: registers the file and says where its bytes go.</summary>
    public static async Task<IResult> CreateAsync(HttpContext context, UploadTarget target, int userId, CancellationToken cancel)
    {
        var response = context.Response;
        response.Headers[ResumableHeader] = Version;
        if (RefuseVersion(context, required: true) is { } other)
        {
            return other;
        }

        if (ReadNumber(context.Request, LengthHeader) is not { } length)
        {
            return Problems.Invalid("non_field_errors", $"{LengthHeader} must say how many bytes the file has.");
        }

        if (ReadFileName(context.Request.Headers[MetadataHeader].ToString()) is not { } fileName)
        {
            return Problems.Invalid("non_field_errors", $"{MetadataHeader} must contain 'filename' and its value in base64.");
        }

        var uploads = context.RequestServices.GetRequiredService<UploadStore>();
        var (upload, refused) = await uploads.RegisterAsync(target, userId, fileName, length, cancel);
        if (upload is null)
        {
            return refused!;
        }

        response.Headers[FileNameHeader] = HeaderText(target.NameOf(upload));
        response.Headers[OffsetHeader] = "0";
        response.Headers.Location = $"{context.Request.Scheme}://{context.Request.Host}{context.Request.PathBase}{target.BasePath}/{upload.Id}";
        return Results.StatusCode(StatusCodes.Status201Created);
    }

    /// <summary>HEAD: how far the upload got.</summary>
    public static async Task<IResult> HeadAsync(HttpContext context, UploadTarget target, int userId, Guid uploadId, CancellationToken cancel)
    {
        var uploads = context.RequestServices.GetRequiredService<UploadStore>();
        var (upload, refused) = await FindOwnAsync(context, uploads, target, userId, uploadId, cancel);
        if (upload is null)
        {
            return refused!;
        }

        context.Response.Headers[LengthHeader] = upload.Length.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[FileNameHeader] = HeaderText(target.NameOf(upload));
        SetOffset(context.Response, await uploads.ReadOffsetAsync(upload, cancel));
        context.Response.Headers.CacheControl = "no-store";
        return Results.Ok();
    }

    /// <summary>PATCH: the next piece of the file.</summary>
    public static async Task<IResult> PatchAsync(HttpContext context, UploadTarget target, int userId, Guid uploadId, CancellationToken cancel)
    {
        var request = context.Request;
        var uploads = context.RequestServices.GetRequiredService<UploadStore>();
        var (upload, refused) = await FindOwnAsync(context, uploads, target, userId, uploadId, cancel);
        if (upload is null)
        {
            return refused!;
        }

        if (request.ContentLength is not { } count)
        {
            return Problems.Of(StatusCodes.Status411LengthRequired, "urn:annotator:length-required", "Content-Length is required.");
        }

        if (request.ContentType?.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase) != true)
        {
            return Problems.Of(StatusCodes.Status415UnsupportedMediaType, "urn:annotator:unsupported-media-type", $"Content-Type must be {ContentType}.");
        }

        if (ReadNumber(request, OffsetHeader) is not { } offset)
        {
            return Problems.Invalid("non_field_errors", $"{OffsetHeader} must say where the piece begins.");
        }

        if (offset > upload.Length - count)
        {
            SetOffset(context.Response, await uploads.ReadOffsetAsync(upload, cancel));
            return Problems.Of(StatusCodes.Status413PayloadTooLarge, BodyLimit.Type, $"The piece of {count} bytes at {offset} runs past the end of the file, which has {upload.Length} bytes.");
        }

        var (reached, accepted) = await uploads.AppendAsync(upload, offset, count, request.Body, cancel);
        SetOffset(context.Response, reached);
        return accepted
            ? Results.NoContent()
            : Problems.Conflict(
                "urn:annotator:upload-offset",
                $"The upload stands at {reached}, not at {offset}.",
                new Dictionary<string, object?> { ["offset"] = reached });
    }

    /// <summary>DELETE: gives an upload up.</summary>
    public static async Task<IResult> DeleteAsync(HttpContext context, UploadTarget target, int userId, Guid uploadId, CancellationToken cancel)
    {
        var uploads = context.RequestServices.GetRequiredService<UploadStore>();
        var (upload, refused) = await FindOwnAsync(context, uploads, target, userId, uploadId, cancel);
        if (upload is null)
        {
            return refused!;
        }

        await uploads.DeleteAsync(upload, cancel);
        return Results.NoContent();
    }

    /// <summary>OPTIONS: what the server can do.</summary>
    public static IResult Options(HttpContext context, UploadTarget target)
    {
        var limits = context.RequestServices.GetRequiredService<IOptions<UploadOptions>>().Value;
        var headers = context.Response.Headers;
        headers[ResumableHeader] = Version;
        headers[VersionHeader] = Version;
        headers["Tus-Extension"] = "creation,termination";
        headers["Tus-Max-Size"] = (target.KeepsNames ? limits.MaxFileBytes : limits.MaxAnnotationFileBytes).ToString(CultureInfo.InvariantCulture);
        return Results.NoContent();
    }

    private static async Task<(Upload? Upload, IResult? Refused)> FindOwnAsync(
        HttpContext context, UploadStore uploads, UploadTarget target, int userId, Guid uploadId, CancellationToken cancel)
    {
        context.Response.Headers[ResumableHeader] = Version;
        if (RefuseVersion(context, required: false) is { } other)
        {
            return (null, other);
        }

        var upload = await uploads.FindAsync(target, uploadId, cancel);
        return upload switch
        {
            null => (null, Problems.NotFound("There is no such upload.")),
            _ when upload.OwnerId != userId => (null, Problems.Forbidden("The upload belongs to somebody else.")),
            _ => (upload, null),
        };
    }

    /// <summary>
    /// 412 for another version of the protocol, with those that there are; nothing is done then. The contract has the header on the creating
    /// POST only, so its clients may leave it out later.
    /// </summary>
    private static ProblemHttpResult? RefuseVersion(HttpContext context, bool required)
    {
        var asked = context.Request.Headers[ResumableHeader].ToString();
        if (asked == Version || (asked.Length == 0 && !required))
        {
            return null;
        }

        context.Response.Headers[VersionHeader] = Version;
        return Problems.Of(
            StatusCodes.Status412PreconditionFailed,
            "urn:annotator:tus-version",
            asked.Length == 0 ? $"{ResumableHeader} must say that the protocol is TUS {Version}." : $"Uploads speak TUS {Version}, and not {asked}.");
    }

    private static void SetOffset(HttpResponse response, long offset) =>
        response.Headers[OffsetHeader] = offset.ToString(CultureInfo.InvariantCulture);

    private static long? ReadNumber(HttpRequest request, string header) =>
        long.TryParse(request.Headers[header].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Header values are ASCII on the wire; other names are percent-encoded, as the contract's clients send them back.</summary>
    private static string HeaderText(string name) => name.All(character => character is > ' ' and < '\u007f') ? name : Uri.EscapeDataString(name);

    private static string? ReadFileName(string metadata)
    {
        string? name = null;
        foreach (var pair in metadata.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var parts = pair.Split(' ', 2);
            if (parts.Length < 2 || (parts[0] != "filename" && (parts[0] != "name" || name is not null)))
            {
                continue;
            }

            var bytes = new byte[parts[1].Length];
            if (!Convert.TryFromBase64String(parts[1].Trim(), bytes, out var count))
            {
                return null;
            }

            name = Encoding.UTF8.GetString(bytes, 0, count);
        }

        return name;
    }
}
