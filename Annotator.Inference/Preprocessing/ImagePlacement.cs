using Annotator.Inference.Descriptions;

namespace Annotator.Inference.Preprocessing;

/// <summary>
/// Where a picture lies in a model's input, and the way back. A place x of the picture stands at
/// <c>x × ScaleX + OffsetX</c> of the input; both count edges of pixels, not their middles.
/// </summary>
/// <param name="ImageWidth">The picture's size in pixels.</param>
/// <param name="Width">The input's size in pixels.</param>
/// <param name="ResizedWidth">The picture's size after it was resized, before border or crop.</param>
public sealed record ImagePlacement(
    int ImageWidth, int ImageHeight, int Width, int Height, int ResizedWidth, int ResizedHeight, double ScaleX, double ScaleY, int OffsetX, int OffsetY)
{
    /// <summary>Places a picture as the description says.</summary>
    public static ImagePlacement Of(ImageInput input, int width, int height)
    {
        var (targetWidth, targetHeight) = (input.Width > 0 ? input.Width : width, input.Height > 0 ? input.Height : height);
        return input.Resize switch
        {
            ResizeRule.LetterboxCenter or ResizeRule.LetterboxTopLeft => Letterbox(input, width, height, targetWidth, targetHeight),
            ResizeRule.Stretch => Stretched(width, height, targetWidth, targetHeight),
            ResizeRule.ShortCrop => ShortCrop(input, width, height, targetWidth, targetHeight),
            ResizeRule.LongSide => LongSide(input, width, height),
            ResizeRule.FixedHeight => FixedHeight(input, width, height),
            ResizeRule.Native => Native(input, width, height),
            _ => throw new InvalidOperationException($"{input.Resize} is no rule of resizing."),
        };
    }

    public double ToImageX(double x) => Math.Clamp((x - OffsetX) / ScaleX, 0, ImageWidth);

    public double ToImageY(double y) => Math.Clamp((y - OffsetY) / ScaleY, 0, ImageHeight);

    private static ImagePlacement Letterbox(ImageInput input, int width, int height, int targetWidth, int targetHeight)
    {
        var ratio = Math.Min((double)targetHeight / height, (double)targetWidth / width);
        var (resizedWidth, resizedHeight) = (Side(width * ratio, targetWidth), Side(height * ratio, targetHeight));
        var (left, top) = (0, 0);
        if (input.Resize == ResizeRule.LetterboxCenter)
        {
            // Half a pixel too many goes right and below.
            left = (int)Math.Round(((targetWidth - resizedWidth) / 2.0) - 0.1, MidpointRounding.ToEven);
            top = (int)Math.Round(((targetHeight - resizedHeight) / 2.0) - 0.1, MidpointRounding.ToEven);
        }

        return new ImagePlacement(width, height, targetWidth, targetHeight, resizedWidth, resizedHeight, ratio, ratio, left, top);
    }

    private static ImagePlacement Stretched(int width, int height, int targetWidth, int targetHeight) =>
        new(width, height, targetWidth, targetHeight, targetWidth, targetHeight, (double)targetWidth / width, (double)targetHeight / height, 0, 0);

    private static ImagePlacement ShortCrop(ImageInput input, int width, int height, int targetWidth, int targetHeight)
    {
        var side = input.ShortSide > 0 ? input.ShortSide : Math.Max(targetWidth, targetHeight);
        var (resizedWidth, resizedHeight) = width <= height ? (side, (int)((long)side * height / width)) : ((int)((long)side * width / height), side);
        return new ImagePlacement(
            width,
            height,
            targetWidth,
            targetHeight,
            resizedWidth,
            resizedHeight,
            (double)resizedWidth / width,
            (double)resizedHeight / height,
            -(int)Math.Round((resizedWidth - targetWidth) / 2.0, MidpointRounding.ToEven),
            -(int)Math.Round((resizedHeight - targetHeight) / 2.0, MidpointRounding.ToEven));
    }

    /// <summary>Smaller pictures keep their size but for the rounding of their sides, unless they are to be enlarged.</summary>
    private static ImagePlacement LongSide(ImageInput input, int width, int height)
    {
        var ratio = input.MaxSide > 0 ? (double)input.MaxSide / Math.Max(width, height) : 1;
        ratio = input.Enlarge ? ratio : Math.Min(1, ratio);
        return Stretched(width, height, Multiple(width * ratio, input.Multiple), Multiple(height * ratio, input.Multiple));
    }

    /// <summary>The border at the right fills up to the input's own width; lines that are wider than the limit are squeezed.</summary>
    private static ImagePlacement FixedHeight(ImageInput input, int width, int height)
    {
        var wanted = Math.Max(1, (int)Math.Ceiling((double)input.Height * width / height));
        var limit = input.MaxSide > 0 ? input.MaxSide : int.MaxValue;
        var resized = Math.Min(wanted, limit);
        var target = Math.Max(resized, input.Width);
        target = (target + input.Multiple - 1) / input.Multiple * input.Multiple;
        return new ImagePlacement(width, height, target, input.Height, resized, input.Height, (double)resized / width, (double)input.Height / height, 0, 0);
    }

    /// <summary>A border right and below makes the sides multiples of what the model needs.</summary>
    private static ImagePlacement Native(ImageInput input, int width, int height)
    {
        var (right, bottom) = ((width + input.Multiple - 1) / input.Multiple * input.Multiple, (height + input.Multiple - 1) / input.Multiple * input.Multiple);
        return new ImagePlacement(width, height, right, bottom, width, height, 1, 1, 0, 0);
    }

    private static int Side(double length, int limit) => Math.Clamp((int)Math.Round(length, MidpointRounding.ToEven), 1, limit);

    private static int Multiple(double length, int multiple) => Math.Max(multiple, (int)Math.Round(length / multiple, MidpointRounding.ToEven) * multiple);
}
