using Annotator.Core.CloudStorages;
using Annotator.Core.Media;
using Annotator.Formats;
using Annotator.Media;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Annotator.Worker.CloudStorages;

/// <summary>A small picture of what is in a cloud storage: of its first image. Pixels are decoded in this process only.</summary>
internal static class StoragePreview
{
    private const int Width = 320;
    private const int Quality = 80;
    private const int Looked = 500;
    private const long MostBytes = 64 << 20;

    public static void MapStoragePreview(this IEndpointRouteBuilder routes) => routes
        .MapGet("/internal/cloudstorages/{storageId:int}/preview", GetAsync)
        .AddEndpointFilter(async (context, next) =>
            context.HttpContext.RequestServices.GetRequiredService<InternalCalls>().IsValid(context.HttpContext.Request.Headers[InternalCalls.Header])
                ? await next(context)
                : TypedResults.Unauthorized());

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> GetAsync(int storageId, CloudBuckets buckets, JpegMaker jpegs, CancellationToken cancel)
    {
        var (storage, bucket) = await buckets.OpenAsync(storageId, cancel);
        var prefix = CloudAttributes.Read(storage.SpecificAttributes).Attributes?.Prefix ?? "";
        var image = (await bucket.ListAsync(prefix, deep: true, null, Looked, cancel)).Objects
            .FirstOrDefault(file => file.Length is > 0 and <= MostBytes && FileEndings.Image.Contains(Path.GetExtension(file.Key)));
        if (image is null || await CloudFiles.OpenAsync(bucket, image.Key, cancel) is not { } content)
        {
            return Absent("There is no image among the storage's first files.");
        }

        await using (content)
        {
            try
            {
                return TypedResults.File(await jpegs.MakeAsync(content, Quality, Width, cancel), "image/jpeg");
            }
            catch (UnreadableImageException error)
            {
                return Absent($"{image.Key} {error.Message}.");
            }
        }
    }

    private static ProblemHttpResult Absent(string detail) =>
        TypedResults.Problem(detail, statusCode: StatusCodes.Status404NotFound, type: "urn:annotator:not-found");
}
