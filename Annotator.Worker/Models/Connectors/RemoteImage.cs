using System.Runtime.InteropServices;
using Annotator.Inference;
using Annotator.Inference.Interactive;
using Annotator.Inference.Sessions;
using Annotator.Media;

namespace Annotator.Worker.Models.Connectors;

/// <summary>Pictures as they are sent away: JPEG, in base64.</summary>
internal static class RemoteImage
{
    private const int Quality = 92;

    public static async Task<string> Base64Async(JpegMaker jpegs, PixelImage image, CancellationToken cancel) =>
        Convert.ToBase64String(await jpegs.EncodeAsync(image.Pixels.ToArray(), image.Width, image.Height, Quality, cancel));

    /// <summary>The picture itself in place of what an encoder would make of it: four bytes to a number, their count in front.</summary>
    public static ImageEmbedding Keep(string key, PixelImage image, byte[] jpeg)
    {
        var numbers = new float[1 + ((jpeg.Length + 3) / 4)];
        numbers[0] = BitConverter.Int32BitsToSingle(jpeg.Length);
        jpeg.CopyTo(MemoryMarshal.AsBytes(numbers.AsSpan(1)));
        return new ImageEmbedding(key, image.Width, image.Height, [new ModelTensor("jpeg", [numbers.Length], numbers)]);
    }

    public static byte[] Of(ImageEmbedding embedding)
    {
        var numbers = embedding.Tensors[0].Data;
        return MemoryMarshal.AsBytes(numbers.AsSpan(1))[..BitConverter.SingleToInt32Bits(numbers[0])].ToArray();
    }

    public static Task<byte[]> JpegAsync(JpegMaker jpegs, PixelImage image, CancellationToken cancel) =>
        jpegs.EncodeAsync(image.Pixels.ToArray(), image.Width, image.Height, Quality, cancel);
}
